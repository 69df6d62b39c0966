/** Before the first webhook: what the ERP holds of the last window is registered, page by page, shown as it goes. */
import { type Watched, type WatchParts, watchErp } from "../lib/erp/watch.ts";

/** `busy`: another run is at work. `blind`: no value of the ERP would mean anything. */
export type Backfilled = "done" | "busy" | "blind";

/**
 * Goes on where an earlier run stopped; what is registered already is left as it is.
 * @param afresh begins a window back again
 * @param say one line for a person
 * @throws what the watch throws; the next run goes on from there
 */
export async function backfill(app: WatchParts, afresh: boolean, say: (line: string) => void): Promise<Backfilled> {
  if (!app.watch || app.config.erpWriters.length === 0) return "blind";
  const sum = { listed: 0, registered: 0, duplicated: 0, doubtful: 0 };
  for (let first = true; ; first = false) {
    const before = { ...sum };
    const run = await watchErp(app, {
      afresh: afresh && first,
      page(watched) {
        for (const name of ["listed", "registered", "duplicated", "doubtful"] as const)
          sum[name] = before[name] + watched[name];
        say(lineOf({ ...watched, ...sum }));
      },
    });
    if (!run.ran) return "busy";
    if (run.ended) return "done";
  }
}

function lineOf({ reached, listed, registered, duplicated, doubtful }: Watched): string {
  const until = reached === undefined ? "nothing new" : `until ${new Date(reached).toISOString()}`;
  return `${until}: ${listed} ERP orders read, ${registered} registered, ${duplicated} in the ERP twice, ${doubtful} to be looked at`;
}
