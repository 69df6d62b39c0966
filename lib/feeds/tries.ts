/**
 * A message that ends the process while it is mapped ends it in every run, and no later order of its account is read. So
 * once runs did not end, each message is counted before it is mapped, and after some times it is left to a person.
 *
 * While runs end, nothing is counted: that a run did not end is known from the write that takes its lease.
 */
import type { MapEach, Pulled } from "../channels/channel.ts";
import { unusable } from "../channels/shared/unread.ts";
import { counted, ENDS_THE_PROCESS, failureOf, GIVEN_UP, type TriesDeps } from "../intake/tries.ts";

/** One run that did not end may have been stopped by anything. */
const UNENDED_RUNS = 2;

export type Tries = {
  isCareful: boolean;
  /** Whether this run left something to a person: the next one has to be as careful. */
  gaveUp(): boolean;
  each: MapEach;
  /** Reads one order. @param suspect it was given up before */
  read<T>(id: string, suspect: boolean, read: () => Promise<T>): Promise<T | "given-up">;
};

/** @param unended how many runs before this one never ended */
export function triesOf(deps: TriesDeps, account: string, unended: number): Tries {
  const isCareful = unended >= UNENDED_RUNS;
  let gaveUp = false;

  async function careful<T>(message: string, work: () => T | Promise<T>): Promise<T | "given-up"> {
    const result = await counted(deps, account, message, work);
    gaveUp ||= result === "given-up";
    return result;
  }

  return {
    isCareful,
    gaveUp: () => gaveUp,
    async each(rows, map, idOf) {
      const orders: Pulled[] = [];
      for (const row of rows) {
        const left = unusable(row, GIVEN_UP, idOf(row));
        const mapped = () => mappedOr(left, () => map(row), account);
        const result = isCareful ? await careful(left.id, mapped) : mapped();
        orders.push(...(result === "given-up" ? [{ ...left, detail: ENDS_THE_PROCESS }] : result));
      }
      return orders;
    },
    read: async (id, suspect, read) => (isCareful || suspect ? careful(id, read) : read()),
  };
}

/** One whose mapping fails keeps the rest of its page waiting no longer. */
function mappedOr(left: ReturnType<typeof unusable>, map: () => Pulled[], account: string): Pulled[] {
  try {
    return map();
  } catch (error) {
    return [{ ...left, detail: failureOf(error, account, left.id) }];
  }
}
