/** Looks after open cases: what meanwhile settled itself is closed, so that a person finds only what needs one. */
import { lookAgainAt, settledBy } from "../core/cases.ts";
import type { Held } from "../core/held.ts";
import { keyOf } from "../core/keys.ts";
import type { Instant, Order } from "../core/order.ts";
import type { Cases } from "../core/ports/cases.ts";
import type { Claims } from "../core/ports/claims.ts";
import { forEachLimit } from "../core/writes.ts";

export type CaseDeps = {
  cases: Cases;
  claims: Pick<Claims, "look" | "read">;
  now: () => Instant;
  /** How long a closed case is remembered. */
  windowMs: number;
};

export type SettledCases = { looked: number; settled: number };

const AT_ONCE = 4;

/** @param limit how many cases one run may look at */
export async function settleCases(deps: CaseDeps, limit: number): Promise<SettledCases> {
  const { cases, now, windowMs } = deps;
  const due = await cases.due(now(), limit);
  let settled = 0;
  await forEachLimit(due, AT_ONCE, async (held) => {
    const order = await orderOf(held, deps);
    const how = order && settledBy(held, order);
    const at = now();
    if (how === undefined) return cases.lookAgain(held, lookAgainAt(held, at));
    if (await cases.resolve(held, { how, at }, at + windowMs)) settled += 1;
  });
  return { looked: due.length, settled };
}

/** By its id where the case knows it, else by the source's own id: the report was refused before any order was made. */
async function orderOf({ order, account, sourceOrder }: Held, { claims }: CaseDeps): Promise<Order | undefined> {
  if (order !== undefined) return claims.read(order);
  const { orders } = await claims.look(
    issuersOf(account).flatMap((issuer) => keyOf("internet-id", issuer, sourceOrder, 2)),
  );
  return [...orders.values()].find(({ sources }) =>
    sources.some((source) => source.account === account && source.sourceOrder === sourceOrder),
  );
}

/** A shop gives its own ids; a marketplace's are the marketplace's, whichever of its accounts tells them. */
export function issuersOf(account: string): string[] {
  const [channel = account] = account.split(":", 1);
  return [account, channel];
}
