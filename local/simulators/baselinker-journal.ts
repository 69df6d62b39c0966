/** The journal of a simulated BaseLinker account: what was done to its orders, in the numbers that the API gives it. */

export const LOG = {
  created: 1,
  confirmed: 2,
  removed: 4,
  merged: 5,
  split: 6,
  edited: 16,
  copied: 17,
  statusMoved: 18,
} as const;

export type JournalEntry = {
  id: number;
  order_id: number;
  log_type: number;
  /** The other order, or the status; 0 for none. */
  object_id: number;
  /** Unix seconds. */
  date: number;
};

export type JournalQuery = Partial<{ last_log_id: number; logs_types: number[]; order_id: number }>;

const FIRST_ID = 456_269;
const MEMORY_SECONDS = 3 * 86_400;
/** The real size of a page is documented nowhere. */
const PAGE = 100;

/** @param second the time in Unix seconds */
export function createJournal(second: () => number) {
  const log: JournalEntry[] = [];
  return {
    note(log_type: number, order_id: number, object_id = 0): void {
      log.push({ id: FIRST_ID + log.length, order_id, log_type, object_id, date: second() });
    },
    /** Oldest first, the entry of `last_log_id` included. */
    entries({ last_log_id = 0, logs_types: types, order_id }: JournalQuery): JournalEntry[] {
      return log
        .filter(({ id, date }) => id >= last_log_id && date > second() - MEMORY_SECONDS)
        .filter((entry) => types?.includes(entry.log_type) ?? true)
        .filter((entry) => order_id === undefined || entry.order_id === order_id)
        .slice(0, PAGE);
    },
  };
}
