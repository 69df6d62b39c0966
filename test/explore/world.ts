/** All that outlives a process: the store, the ERP, the platforms, the clock. A copy of it is cheap, and two are compared by a key. */
import type { Instant, Sighting } from "../../lib/core/order.ts";
import { type ClaimsState, emptyClaims } from "../support/memory-claims.ts";
import { emptyFeeds, type FeedsState } from "../support/memory-feeds.ts";
import type { OutboxEntry } from "../support/memory-outbox.ts";
import type { ErpState } from "./erp.ts";

export type World = {
  now: Instant;
  claims: ClaimsState;
  /** When each case is looked at next. */
  casesDue: Map<string, Instant>;
  feeds: FeedsState;
  outbox: Map<string, OutboxEntry>;
  erp: ErpState;
  /** What a polled platform shows, in the order in which it was changed. */
  shown: readonly Sighting[];
};

export function emptyWorld(now: Instant): World {
  return {
    now,
    claims: emptyClaims(),
    casesDue: new Map(),
    feeds: emptyFeeds(),
    outbox: new Map(),
    erp: { rows: [], late: [] },
    shown: [],
  };
}

export function copyOf(world: World): World {
  const { claims, feeds, erp } = world;
  return {
    ...world,
    claims: {
      orders: new Map(claims.orders),
      keys: new Map(claims.keys),
      held: new Map(claims.held),
      heldUntil: new Map(claims.heldUntil),
      audits: [...claims.audits],
    },
    casesDue: new Map(world.casesDue),
    feeds: { feeds: new Map(feeds.feeds), tasks: new Map(feeds.tasks), tries: new Map(feeds.tries) },
    outbox: new Map(world.outbox),
    erp: { ...erp },
  };
}

/** Texts as small numbers: what is equal has one number, and a record that was seen before is not written out again. */
export class Interned {
  readonly #numbers = new Map<string, number>();
  readonly #records = new WeakMap<object, number>();

  text(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  record(record: object): number {
    const known = this.#records.get(record) ?? this.text(JSON.stringify(record));
    this.#records.set(record, known);
    return known;
  }

  /** Whatever came first: a map is what it holds. */
  map(map: ReadonlyMap<string, unknown>): string {
    const parts = [...map].map(([name, value]) => {
      const number = typeof value === "object" && value !== null ? this.record(value) : String(value);
      return `${this.text(name)}=${number}`;
    });
    return parts.sort((a, b) => (a < b ? -1 : 1)).join(",");
  }

  world({ now, claims, casesDue, feeds, outbox, erp, shown }: World): string {
    const maps = [
      claims.orders,
      claims.keys,
      claims.held,
      claims.heldUntil,
      casesDue,
      feeds.feeds,
      feeds.tasks,
      feeds.tries,
      outbox,
    ];
    const lists = [erp.rows, erp.late, shown].map((list) => list.map((one) => this.record(one)).join(","));
    return [now, ...maps.map((map) => this.map(map)), ...lists].join("|");
  }
}
