import type { FeedStore } from "../core/ports/feeds.ts";
import type { Vault } from "../core/ports/vault.ts";
import type { IntakeParts } from "../intake/intake.ts";
import type { Http } from "../runtime/http.ts";

/** The parts of the process that a run of a feed works with. */
export type FeedParts = IntakeParts & {
  feeds: FeedStore;
  vault: Vault;
  http: Http;
  config: IntakeParts["config"] & { leaseSeconds: number };
};
