import { DAY } from "../../lib/core/order.ts";
import type { AccountState, Desk, Ignored, SweepState } from "../../lib/core/ports/desk.ts";
import type { MemoryClaims } from "./memory-claims.ts";

/** What an operator sees beside the orders and cases of claims in memory. */
export function memoryDesk({ orders, audits, held }: Pick<MemoryClaims, "orders" | "audits" | "held">): Desk {
  const ignored = new Map<string, Ignored>();
  const accounts = new Map<string, AccountState>();
  let sweep: SweepState | undefined;
  const keep = (account: string, state: AccountState) =>
    void accounts.set(account, { ...accounts.get(account), ...state });
  return {
    async noteIgnored({ account, sourceOrder, reason }, now) {
      const name = `${account}/${sourceOrder}`;
      const count = (ignored.get(name)?.count ?? 0) + 1;
      ignored.set(name, { account, sourceOrder, reason, at: now, count });
    },
    async ignored(names) {
      return names.flatMap(({ account, sourceOrder }) => ignored.get(`${account}/${sourceOrder}`) ?? []);
    },
    async withErpNumber(number) {
      return [...orders.values()].filter(({ erp }) => erp?.number === number).map(({ id }) => id);
    },
    async audits(of) {
      return audits.filter((audit) => (audit.order ?? audit.case) === of);
    },
    async audited(request) {
      return audits.filter((audit) => audit.request === request);
    },
    async accountStates(names) {
      return new Map([...accounts].filter(([name]) => names.includes(name)));
    },
    async saveAccountState(account, state) {
      keep(account, state);
    },
    async countRefused(account, reason, count, at) {
      const { refused = {}, refusedAt = 0, refusedSince = at } = accounts.get(account) ?? {};
      const since = refusedAt > at - DAY ? refusedSince : at;
      const counts = { ...refused, [reason]: (refused[reason] ?? 0) + count };
      keep(account, { refused: counts, refusedAt: at, refusedSince: since });
      return accounts.get(account) ?? {};
    },
    async sweepState() {
      return sweep;
    },
    async saveSweepState(state) {
      const before = sweep;
      sweep = state;
      return before;
    },
    shapes: async () => ({ kinds: {}, older: {}, unlisted: [], looked: 0 }),

    async scan() {
      return { orders: [...orders.values()], cases: [...held.values()], looked: orders.size + held.size };
    },
    async askToTryNow(now) {
      sweep = { at: now, circuit: "closed", due: 0, ...sweep, tryNow: true };
    },
  };
}
