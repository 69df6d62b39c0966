/**
 * The contract of a channel: anything that orders come from.
 *
 * A channel says how a delivery is proven authentic, how a platform's order becomes a sighting, and how orders are
 * pulled. It decides nothing and stores nothing; `lib/intake.ts` and `lib/feeds/feed.ts` do.
 */
import type * as z from "zod/mini";
import type { Key } from "../dedup/keys.ts";
import type { HeldReason } from "../held-reasons.ts";
import type { Instant, Sighting } from "../order.ts";
import type { Http } from "../runtime/http.ts";
import type { Vault } from "../runtime/vault.ts";

/** A request as it came. `body` is raw: a signature is checked over exactly these bytes, before anything is parsed. */
export type Delivery = {
  method: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** What stands in the path behind `/webhooks/{channel}/{account}/`. */
  secretPath: string | undefined;
  body: Buffer;
};

/** What a delivery turned out to be. A refusal is a value with a code; an exception is a fault of ours. */
export type Received =
  /** Not proven authentic, or not ours to take: nothing is stored. `body`: what the platform prescribes instead of ours. */
  | { kind: "refused"; status: 401 | 404 | 405 | 413 | 429; code: string; body?: object }
  /** A ping or a probe: this status, no body, no side effect. `confirm`: an address that the operator may have to open. */
  | { kind: "silent"; status: 200 | 204; confirm?: string }
  /** A handshake or a question: the body that the platform prescribes, no side effect. */
  | { kind: "answer"; reply: Reply }
  /**
   * `reply`: what the platform wants to hear once they are durable, where it prescribes a body. `unusable`: the rest of
   * a batch, held with the whole of its raw body.
   */
  | { kind: "sightings"; sightings: Sighting[]; reply?: Reply; unusable?: Unusable[] }
  /**
   * An order for which the platform wants a number of ours: always the same one for the same order.
   * `readAgain`: it may have changed in ways that only the platform can date, so it is read from there as well.
   */
  | { kind: "numbered"; sighting: Sighting; readAgain?: boolean; reply: (number: number) => Reply; keep?: Buffer }
  /** Authentic, and of no interest: counted with its reason. */
  | { kind: "ignored"; reason: string; sourceOrder?: string }
  /** Authentic but unusable: held for a person with its raw body, or with `keep` where that holds a secret. */
  | { kind: "unusable"; reason: HeldReason; sourceOrder?: string; reply?: Reply; keep?: Buffer }
  /** Orders that may have changed: stored as work, then read from the platform. */
  | { kind: "hints"; ids: string[]; answer: "accepted" | "silent" | Reply };

type Unusable = { reason: HeldReason; sourceOrder?: string };

/** An answer in the form that a platform prescribes. */
export type Reply = { status: number; contentType: string; body: string };

/** One order of a pull: as a sighting, or as an id that has to be read (`hint`), or as something no one can use. */
export type Pulled =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "hint"; id: string }
  /** `recheck`: it can be read singly by this id, and may be usable then. */
  | { kind: "unusable"; id: string; reason: HeldReason; raw: string; recheck?: boolean };

export type Page = {
  orders: Pulled[];
  /** Where to go on. Stored only after every order of the page is durable. */
  cursor: string;
  /** False when the listing is at its end for now. */
  more: boolean;
};

/** What reading one hinted order showed. */
export type Read =
  | { kind: "sighting"; sighting: Sighting /** Look again then: it is not an order yet. */; againAt?: Instant }
  | { kind: "unusable"; reason: HeldReason; raw: string }
  /**
   * The platform does not have it (merged, forged, foreign). Looked for again at `againAt`, forgotten without.
   * `keys`: by which it would be known here, where absent means that nothing is to be sent for it.
   */
  | { kind: "absent"; reason: string; againAt?: Instant; keys?: Key[] };

export type Listing = {
  /** Names the cursor, for example `journal`. */
  name: string;
  /** Not listed more often than this; 0 for every run. */
  everySeconds: number;
  /** @param cursor what the last page returned; undefined on the very first run */
  page(cursor: string | undefined): Promise<Page>;
};

/** How one account is pulled. Built anew for each run; every call goes out through the account's budget. */
export type Pull = {
  listings: Listing[];
  /** Reads one order that was only hinted at; absent where the listing always covers everything. */
  read?(id: string): Promise<Read>;
  /** At most so many hinted orders are read singly in one run. */
  readsPerRun?: number;
  /** What can wait until the orders of a run are done. It begins `afterMs` after the run, or in the next one. */
  upkeep?: { isDue(): boolean; afterMs: number; run(): Promise<void> };
};

/**
 * The platform asked us to stop calling, or our own budget is used up: the run ends, nothing is lost.
 * Thrown by a pull, caught by the feed, which calls nothing of this account before `until`.
 */
export class Blocked extends Error {
  readonly until: Instant;
  constructor(reason: string, until: Instant) {
    super(reason);
    this.name = "Blocked";
    this.until = until;
  }
}

/** A budget of calls that outlives the process. `spend` throws `Blocked` when it is used up. */
export type Budget = { spend(calls: number): Promise<void> };

export type PullIo = { http: Http; vault: Vault; budget: Budget; now: () => Instant; random: () => number };

/**
 * Tells a platform which number its order has in the ERP. Done again it changes nothing; an order that the platform no
 * longer has is none of our business. Throws when it cannot: it is then done again later, with the same note.
 */
export type Tell = (sourceOrder: string, erpNumber: string, note: TellNote) => Promise<void>;

/** `seen`: the status at the first attempt, set by it. A later one moves the order from nowhere else. */
export type TellNote = { seen?: string };

/** `account` is `channel:account`. */
export type Reference = { path: string[]; account: string };

export type Channel<Account extends AccountBase = AccountBase> = {
  /** The name in paths and in the configuration. */
  name: string;
  /** The shape of its entries in the configuration. */
  account: z.ZodMiniType<Account>;
  /** Pure: verifies the raw bytes, then parses, then maps. Absent for a channel that is only pulled. */
  receive?(delivery: Delivery, account: Account, now: Instant): Received;
  /** Other accounts that the configuration of this one names, each with the path where it does. */
  refersTo?(account: Account): Reference[];
  /** HTTP methods of its webhook; POST alone if absent. */
  methods?: readonly string[];
  /** Its deliveries say at most which order to read: an account that is not polled would have no orders. */
  needsPoll?: true;
  /** Absent, or undefined for an account that is not configured to be polled. */
  pull?(account: Account, io: PullIo): Pull | undefined;
  /** Its pull keeps tokens that rotate, and needs the key to them. */
  usesVault?: true;
  /** Absent, or undefined for an account that is not configured to hear the ERP's numbers. */
  tell?(account: Account, io: PullIo): Tell | undefined;
  /** Calls a minute that the platform allows; no limit if absent. */
  callsPerMinute?: number;
};

export type AccountBase = {
  channel: string;
  account: string;
  pollSeconds?: number | undefined;
  /** Purchases placed before this instant are ignored and counted. */
  acceptFrom?: Instant | undefined;
  windowDays?: number | undefined;
  /** Overrides the channel's own limit. */
  callsPerMinute?: number | undefined;
};

/** The name of an account everywhere: `channel:account`. */
export function accountName(account: Pick<AccountBase, "channel" | "account">): string {
  return `${account.channel}:${account.account}`;
}
