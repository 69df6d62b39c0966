/** A report that a person let in. Pure. */
import { type Decision, type Evidence, held } from "./decision.ts";
import { keyId } from "./keys.ts";
import { keyWrites, newOrder } from "./record.ts";
import { apartFrom } from "./sources.ts";
import { change } from "./states.ts";

/** A report that a person lets in as a purchase of its own: what it shares with others decides nothing from then on. */
export function releasedReport({ sighting, free, candidates, found, now, rules }: Evidence): Decision {
  const [best] = sighting.keys;
  if (!best) return held("no-usable-key");
  if (sighting.readiness === "ready" && !sighting.money) return held("total-unknown", undefined, best);
  const orders = [...new Set(candidates.map(({ order }) => order))];
  const order = { ...newOrder(sighting, sighting.keys, now, rules), apart: apartFrom({}, orders) };
  const shared = sighting.keys.flatMap((key) => (free.includes(key) ? [] : (found.keys.get(keyId(key)) ?? [])));
  const keys = [
    ...keyWrites(free, order, found, now),
    ...shared.map((before) => ({ before, after: { ...before, shared: true } })),
  ];
  const also = orders.map((before) => ({
    before,
    after: change(before, rules.stamp, { apart: apartFrom(before, [order]) }),
  }));
  const write = { order: { before: undefined, after: order }, keys, also };
  const named = { reason: "released", order: order.id, key: best, write };
  const verdict = { ready: "new", waiting: "waiting", cancelled: "ignored" } as const;
  return { verdict: verdict[sighting.readiness], ...named };
}
