/**
 * The contract of a channel: anything that orders come from.
 *
 * A channel says how a webhook request is proven authentic, how a platform's order becomes a sighting, and how orders are
 * pulled. It decides nothing and stores nothing; `lib/intake` and `lib/feeds` do.
 */
import type * as z from "zod/mini";
import type { HeldReason } from "../core/held-reasons.ts";
import type { Key } from "../core/keys.ts";
import type { Instant, Sighting } from "../core/order.ts";
import type { Vault } from "../core/ports/vault.ts";
import type { Http } from "../runtime/http.ts";

/** A request as it came. `body` is raw: a signature is checked over exactly these bytes, before anything is parsed. */
export type WebhookRequest = {
  method: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** What stands in the path behind `/webhooks/{channel}/{account}/`. */
  secretPath: string | undefined;
  body: Buffer;
};

/** What a webhook request turned out to be. A refusal is a value with a code; an exception is a fault of ours. */
export type Received =
  /** Not proven authentic, or not ours to take: nothing is stored. `body`: what the platform prescribes instead of ours. */
  | { kind: "refused"; status: 401 | 404 | 405 | 413 | 429; code: string; body?: object }
  /** A ping or a probe: this status, no body, no side effect. `confirm`: an address that the operator may have to open. */
  | { kind: "silent"; status: 200 | 204; confirm?: string }
  /** A handshake or a question: the body that the platform prescribes, no side effect. */
  | { kind: "answer"; reply: Reply }
  /**
   * `reply`: what the platform wants to hear once they are durable, where it prescribes a body. `unusable`: the rest of
   * a batch, held with the whole of its raw body. `settles`: what was held of these orders is over with this message.
   */
  | { kind: "sightings"; sightings: Sighting[]; reply?: Reply; unusable?: Unusable[]; settles?: HeldReason[] }
  /**
   * An order for which the platform wants a number of ours: always the same one for the same order.
   * `readAgain`: it may have changed in ways that only the platform can date, so it is read from there as well.
   */
  | { kind: "numbered"; sighting: Sighting; readAgain?: boolean; reply: (number: number) => Reply; keep?: Buffer }
  /** Authentic, and of no interest: counted with its reason. */
  | { kind: "ignored"; reason: string; sourceOrder?: string }
  /**
   * Authentic but unusable: held for a person with its raw body, or with `keep` where that body is not to be kept.
   * `detail`: which field, or which shop; no personal data.
   */
  | { kind: "unusable"; reason: HeldReason; sourceOrder?: string; detail?: string; reply?: Reply; keep?: Buffer }
  /** The platform no longer has this order. `keys`: by which it would be known here. */
  | { kind: "gone"; sourceOrder: string; keys: Key[] }
  /** Orders that may have changed: stored as work, then read from the platform. */
  | { kind: "refreshes"; ids: string[]; answer: "accepted" | "silent" | Reply };

type Unusable = { reason: HeldReason; sourceOrder?: string; detail?: string; keep?: Buffer };

/** An answer in the form that a platform prescribes. */
export type Reply = { status: number; contentType: string; body: string };

/** One order of a pull: as a sighting, or as an id that has to be read (`refresh`), or as something no one can use. */
export type Pulled =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "refresh"; id: string }
  /** `recheck`: it can be read singly by this id, and may be usable then. */
  | { kind: "unusable"; id: string; reason: HeldReason; detail?: string; raw: string; recheck?: boolean };

export type Page = {
  orders: Pulled[];
  /** Where to go on. Stored only after every order of the page is durable. */
  cursor: string;
  /** False when the listing is at its end for now. */
  more: boolean;
};

/** What reading one order that had to be read showed. */
export type Read =
  | { kind: "sighting"; sighting: Sighting /** Look again then: it is not an order yet. */; againAt?: Instant }
  | { kind: "unusable"; reason: HeldReason; detail?: string; raw: string }
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
  /** Reads one order that was only named; absent where the listing always covers everything. */
  read?(id: string): Promise<Read>;
  /** At most so many named orders are read singly in one run. */
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

/**
 * The platform said no: to the keys, or to a request. One line for the log: the account, the status, and the platform's own
 * code and message; never an address, since keys may stand in its query.
 */
export class Refused extends Error {
  /** @param said the platform's own words */
  constructor(account: string, what: string, status: number, { code, message }: Said = {}) {
    const own = `${code === undefined ? "" : `, code ${code}`}${message ? ` (${message.slice(0, MAX_SAID)})` : ""}`;
    super(`${account}: the shop refuses ${what} with status ${status}${own}`);
    this.name = "Refused";
  }
}

type Said = { code?: string | number | undefined; message?: string | undefined };

const MAX_SAID = 100;

/** A budget of calls that outlives the process. `spend` throws `Blocked` when it is used up. */
export type Budget = { spend(calls: number): Promise<void> };

/** What a pull is handed of the outside. `random`: 0 to 1. */
export type PullIo = {
  http: Http;
  vault: Vault;
  budget: Budget;
  now: () => Instant;
  random: () => number;
  wait?: ((ms: number) => Promise<void>) | undefined;
  /** Through it every row of a list is mapped; without it just as it is. */
  each?: MapEach | undefined;
};

/**
 * Maps the rows of a list, each for itself: what fails, or ended the process before, is unusable, and the others are not.
 * @param idOf the id at the source, as far as it can be read without mapping
 */
export type MapEach = <Row>(
  rows: readonly Row[],
  map: (row: Row) => Pulled[],
  idOf: (row: Row) => string | undefined,
) => Promise<Pulled[]>;

/**
 * Writes back to a platform which number its order has in the ERP. Done again it changes nothing; an order that the platform no
 * longer has is none of our business. Throws when it cannot: it is then done again later, with the same note.
 */
export type WriteBack = (sourceOrder: string, erpNumber: string, note: WriteBackNote) => Promise<void>;

/** `seen`: the status at the first attempt, set by it. A later one moves the order from nowhere else. */
export type WriteBackNote = { seen?: string };

/** `named`: the messages say inside of what is proven which shop they are of, and that is compared. */
export type Proving = { path: string[]; secret: string; named?: boolean };

/** `account` is `channel:account`. */
export type Reference = { path: string[]; account: string };

/** A platform. It decides nothing and stores nothing; `test/channels/channel-contract.ts` says what it has to keep. */
export type Channel<Account extends AccountBase = AccountBase> = {
  /** The name in paths and in the configuration. */
  name: string;
  /** The shape of its entries in the configuration. */
  account: z.ZodMiniType<Account>;
  /** Pure: verifies the raw bytes, then parses, then maps. Absent for a channel that is only pulled. */
  receive?(request: WebhookRequest, account: Account, now: Instant): Received;
  /** Pure: whether `receive` would map it. Absent where messages only name orders, or every order is polled. */
  isProven?(request: WebhookRequest, account: Account, now: Instant): boolean;
  /** Pure: maps a message that was proven when it came and has been kept since. Absent where none is ever kept whole. */
  receiveKept?(body: Buffer, account: Account, now: Instant): Received;
  /** Where its platform shows this order to its staff. Absent where no address leads there. */
  panel?(account: Account, sourceOrder: string): string | undefined;
  /** Other accounts that the configuration of this one names, each with the path where it does. */
  refersTo?(account: Account): Reference[];
  /** The secrets that prove its messages, each with the path where the configuration has it. */
  provedBy?(account: Account): Proving[];
  /** HTTP methods of its webhook; POST alone if absent. */
  methods?: readonly string[];
  /** Its webhook requests say at most which order to read: an account that is not polled would have no orders. */
  needsPoll?: true;
  /** Absent, or undefined for an account that is not configured to be polled. */
  pull?(account: Account, io: PullIo): Pull | undefined;
  /** Its pull can read one order by its id, so what a webhook left open can be asked for. */
  readsOrders?: true;
  /** Its pull keeps tokens that rotate, and needs the key to them. */
  usesVault?: true;
  /** Absent, or undefined for an account that is not configured to hear the ERP's numbers. */
  writeBack?(account: Account, io: PullIo): WriteBack | undefined;
  /** Calls a minute that the platform allows; no limit if absent. */
  callsPerMinute?: number;
};

/** What the entry of any channel has in the configuration. `windowDays`, `pollSeconds`: of this account alone. */
export type AccountBase = {
  channel: string;
  account: string;
  pollSeconds?: number | undefined;
  /** Purchases placed before this instant are ignored and counted. */
  acceptFrom?: Instant | undefined;
  windowDays?: number | undefined;
  /** Where its staff open one order, with `{order}` for the id. */
  panelUrl?: string | undefined;
  /** Overrides the channel's own limit. */
  callsPerMinute?: number | undefined;
};

/** A configured account with its channel. `name`: `channel:account`. */
export type Connection = { name: string; channel: Channel; account: AccountBase };
