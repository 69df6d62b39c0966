/** An order that its platform no longer has, as after two were merged into one: what nobody else tells of is not sent. */
import type { Key } from "../dedup/keys.ts";
import { heldMessage } from "../held.ts";
import { heldOrder, isSameOrder, type Order } from "../order.ts";
import type { App } from "../runtime/app.ts";

const REASON = "gone-at-source";
/** More often than this no write of one order races. */
const LOOKS = 8;

type Gone = { account: string; sourceOrder: string };

/** @param keys by which the order would be known here */
export async function holdGone(app: App, gone: Gone, keys: readonly Key[]): Promise<void> {
  const { claims, explain, now, unique } = app;
  for (let look = 0; look < LOOKS; look += 1) {
    const { orders } = await claims.look(keys);
    const before = [...orders.values()].find((order) => isSentForNobodyElse(order, gone));
    if (!before) return;
    // Before the write: once the order is held, no repeat of the reading would say so again.
    await claims.hold(heldMessage(gone.account, gone.sourceOrder, REASON), now());
    const after = heldOrder(before, unique(), REASON);
    if ((await claims.commit({ order: { before, after }, keys: [] }, now())) !== "done") continue;
    explain({ verdict: "held", reason: REASON, ...gone, order: before.id });
    return;
  }
  throw new Error(`${gone.account}: the races for an order that is gone did not end`);
}

function isSentForNobodyElse({ state, cancelRequested, sources }: Order, gone: Gone): boolean {
  const reports = sources.filter(({ role }) => role === "report");
  return state === "pending" && !cancelRequested && reports.every((source) => isSameOrder(source, gone));
}
