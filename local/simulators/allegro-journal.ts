/** The journal of order events: written a while after the fact, repeated, late, out of order and with gaps. */
import type { Faults } from "./allegro-faults.ts";
import type { FormBody } from "./allegro-form.ts";

export type EventType =
  | "BOUGHT"
  | "FILLED_IN"
  | "READY_FOR_PROCESSING"
  | "BUYER_CANCELLED"
  | "AUTO_CANCELLED"
  | "FULFILLMENT_STATUS_CHANGED";

export type JournalEvent = { id: bigint; type: EventType; occurredAt: string; order: object } & Disorder;

/** It may become visible later than its id says, and be listed behind the one that comes after it. */
type Disorder = { visibleAt: number; swapped: boolean };

export type JournalOptions = {
  /** From the fact to the journal; 11 to 21 s at Allegro. */
  eventDelayMs: number;
  /** How much later a late event is written, at most. Its id is the time when it was written. */
  lateMs: number;
  /** How much later than its id says a reordered event becomes visible, at most. */
  reorderMs: number;
  /** As where a sandbox counts its events instead of dating them. */
  countedIds?: boolean;
};

const RETENTION_MS = 60 * 86_400_000;

export type Journal = ReturnType<typeof createJournal>;

export function createJournal(options: JournalOptions, faults: Faults, now: () => number, random: () => number) {
  const events: JournalEvent[] = [];
  const ids = new Set<bigint>();
  /** Forms about which the journal says nothing, or not that they are ready. */
  const silent = new Map<string, "all" | "ready">();
  const judged = new Set<string>();

  /** Microseconds when the event is written. */
  function idAt(at: number): bigint {
    let id = options.countedIds ? 1n : BigInt(Math.floor(at)) * 1000n;
    while (ids.has(id)) id += 1n;
    ids.add(id);
    return id;
  }

  function isMissing(form: FormBody, type: EventType): boolean {
    if (!judged.has(form.id)) {
      judged.add(form.id);
      if (faults.strikes("event-missing")) silent.set(form.id, random() < 0.5 ? "all" : "ready");
    }
    const silence = silent.get(form.id);
    return silence === "all" || (silence === "ready" && type === "READY_FOR_PROCESSING");
  }

  function write(form: FormBody, type: EventType, occurredAt: string): void {
    const late = faults.strikes("event-late") ? random() * options.lateMs : 0;
    const swapped = faults.strikes("event-reordered");
    const written = now() + options.eventDelayMs + late;
    const visibleAt = written + (swapped ? random() * options.reorderMs : 0);
    events.push({ id: idAt(written), type, occurredAt, order: orderOf(form), visibleAt, swapped });
  }

  function visible(): JournalEvent[] {
    const oldest = options.countedIds ? 0n : BigInt(Math.floor(now() - RETENTION_MS)) * 1000n;
    // Written in the order of their times, nearly: what is over its time is forgotten from the front.
    while ((events[0]?.id ?? oldest) < oldest) events.shift();
    return events
      .filter(({ id, visibleAt }) => visibleAt <= now() && id >= oldest)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  return {
    tell(form: FormBody, type: EventType): void {
      if (isMissing(form, type)) return;
      const occurredAt = new Date(now()).toISOString();
      write(form, type, occurredAt);
      if (faults.strikes("event-duplicate")) write(form, type, occurredAt);
    },
    /** Oldest first, but for swapped neighbours; `from` itself is not shown, and without it the oldest events are. */
    page(from: bigint | undefined, limit: number, types: readonly string[]): JournalEvent[] {
      return swappedPairs(visible())
        .filter(({ id, type }) => (from === undefined || id > from) && (types.length === 0 || types.includes(type)))
        .slice(0, limit);
    },
    latest(): JournalEvent | undefined {
      return visible().at(-1);
    },
  };
}

/** Seen in the real journal: two neighbours with descending ids. */
function swappedPairs(events: readonly JournalEvent[]): JournalEvent[] {
  const list = [...events];
  for (let index = 0; index + 1 < list.length; index += 1) {
    const [first, second] = [list[index], list[index + 1]];
    if (!first?.swapped || !second) continue;
    list.splice(index, 2, second, first);
    index += 1;
  }
  return list;
}

function orderOf({ id, revision, buyer, lineItems, marketplace }: FormBody): object {
  const { email, login, guest, preferences } = buyer;
  return {
    seller: { id: "100200300" },
    buyer: { id: buyer.id, email, login, guest, preferences },
    lineItems: lineItems.map(({ id: line, offer, quantity, originalPrice, price, boughtAt }) => {
      return {
        id: line,
        offer: { id: offer.id, name: offer.name, external: offer.external },
        quantity,
        originalPrice,
        price,
        boughtAt,
      };
    }),
    checkoutForm: { id, revision },
    marketplace,
  };
}
