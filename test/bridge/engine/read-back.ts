/** The read after a commit, apart from the submit that it is a part of. */
import { performance } from "node:perf_hooks";
import type { Executor } from "../../../bridge/wapro/executor.ts";
import { type SubmitDeps, submitOrder } from "../../../bridge/wapro/submit.ts";
import type { Instant } from "../../../lib/core/order.ts";
import type { ErpOrder, Submitted } from "../../../lib/core/ports/erp.ts";

/** `reads`: what was asked outside the order's own transaction. */
export type Watched = {
  answer: Submitted;
  tookMs: number;
  reads: ReadonlyArray<{ statement: string; tookMs: number }>;
};

export async function submitWatched(order: ErpOrder, deadline: Instant, deps: SubmitDeps): Promise<Watched> {
  const reads: Array<Watched["reads"][number]> = [];
  const executor: Executor = {
    ...deps.executor,
    async run(statement, values, until) {
      const begun = performance.now();
      const rows = await deps.executor.run(statement, values, until);
      reads.push({ statement: statement.name, tookMs: performance.now() - begun });
      return rows;
    },
  };
  const begun = performance.now();
  const answer = await submitOrder(order, deadline, { ...deps, executor });
  return { answer, tookMs: performance.now() - begun, reads };
}

/** One line: what the reads took, how many statements an order, and their part of the whole time. */
export function readBackLine(orders: readonly Watched[]): string {
  const times = orders.flatMap(({ reads }) => reads.map(({ tookMs }) => tookMs));
  const most = Math.max(...orders.map(({ reads }) => reads.length));
  const share = sumOf(times) / sumOf(orders.map(({ tookMs }) => tookMs));
  return `${medianAndLongest(times)}, ${most} statement an order, ${Math.round(share * 100)} % of submit`;
}

export function medianAndLongest(times: readonly number[]): string {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return `median ${sorted.at(sorted.length / 2)} ms, longest ${sorted.at(-1)} ms`;
}

function sumOf(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0);
}
