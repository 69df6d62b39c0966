/** What the functions work with, put together once a process. */
import type { Claims } from "../dedup/claims.ts";
import type { PullEnd } from "../erp/bridge/outbox.ts";
import type { Circuit } from "../erp/circuit.ts";
import type { Erp, ErpWatch } from "../erp/erp.ts";
import type { Gate } from "../erp/turn.ts";
import type { FeedStore } from "../feeds/feed-store.ts";
import type { Explain } from "../ops/explain.ts";
import type { Instant } from "../order.ts";
import { awsApp } from "./aws-app.ts";
import type { Bodies } from "./bodies.ts";
import type { Config } from "./config.ts";
import type { Http } from "./http.ts";
import type { Numbers } from "./numbers.ts";
import type { Vault } from "./vault.ts";

export type App = {
  config: Config;
  claims: Claims;
  feeds: FeedStore;
  vault: Vault;
  numbers: Numbers;
  bodies: Bodies;
  erp: Erp;
  /** Absent where the adapter cannot show what others wrote. */
  watch?: ErpWatch;
  /** Stands before the ERP when it is down; `lib/erp/breaker.ts` makes one with the adapter that it hears. */
  gate?: Gate;
  /** The state of the gate, for a metric. */
  circuit?: () => Circuit;
  /** What a bridge that fetches its work is answered; absent where the bridge is called. */
  pull?: PullEnd;
  http: Http;
  explain: Explain;
  now: () => Instant;
  /** 0 to 1, for jitter. */
  random: () => number;
  wait: (ms: number) => Promise<void>;
  /** Unique and opaque: ids of orders, tokens of leases. */
  unique: () => string;
};

let provide: () => App | Promise<App> = awsApp;
let built: Promise<App> | undefined;

/** Says how the app of this process is put together, where it does not run in Lambda; the first use builds it. */
export function provideApp(factory: () => App | Promise<App>): void {
  provide = factory;
  built = undefined;
}

export function app(): Promise<App> {
  built ??= Promise.resolve(provide());
  return built;
}
