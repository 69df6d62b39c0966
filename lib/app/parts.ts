/** The parts of one process; each story is handed those that it uses. */
import type { Instant } from "../core/order.ts";
import type { Alarms } from "../core/ports/alarms.ts";
import type { Bodies } from "../core/ports/bodies.ts";
import type { Cases } from "../core/ports/cases.ts";
import type { Claims } from "../core/ports/claims.ts";
import type { Desk } from "../core/ports/desk.ts";
import type { Erp, ErpWatch } from "../core/ports/erp.ts";
import type { Explain } from "../core/ports/explain.ts";
import type { FeedStore } from "../core/ports/feeds.ts";
import type { Numbers } from "../core/ports/numbers.ts";
import type { Queues } from "../core/ports/queues.ts";
import type { Samples } from "../core/ports/samples.ts";
import type { Vault } from "../core/ports/vault.ts";
import type { Circuit } from "../delivery/breaker.ts";
import type { CircuitBreaker } from "../delivery/lease.ts";
import type { PullEnd } from "../erp/bridge/outbox.ts";
import type { ActParts } from "../ops/acting.ts";
import type { Alerts } from "../ops/look-after-cases.ts";
import type { Http } from "../runtime/http.ts";
import type { Config } from "./config.ts";

export type App = {
  config: Config;
  claims: Claims;
  cases: Cases;
  desk: Desk;
  feeds: FeedStore;
  vault: Vault;
  numbers: Numbers;
  samples: Samples;
  bodies: Bodies;
  /** Absent where nobody is told of cases. */
  alerts?: Alerts;
  /** Absent on one machine, and for whoever has no right to read them. */
  alarms?: Alarms;
  /** What failed for good; absent on one machine, and for whoever has no right to it. */
  queues?: Queues;
  /** By which the command line finds this deployment; absent on one machine. */
  stage?: string;
  erp: Erp;
  /** Absent where the adapter cannot show what others wrote. */
  watch?: ErpWatch;
  /** Stands before the ERP when it is down; `lib/delivery/breaker.ts` makes one with the adapter that it hears. */
  breaker?: CircuitBreaker;
  /** The state of the breaker, for a metric. */
  circuit?: () => Circuit;
  /** What a bridge that fetches its work is answered; absent where the bridge is called. */
  pull?: PullEnd;
  /** What operators' functions know of accounts; absent in a deployment, which tells them in their bundles. */
  operators?: Pick<ActParts, "book" | "connect">;
  http: Http;
  explain: Explain;
  now: () => Instant;
  /** 0 to 1, for jitter. */
  random: () => number;
  wait: (ms: number) => Promise<void>;
  /** Unique and opaque: ids of orders, tokens of leases. */
  unique: () => string;
};
