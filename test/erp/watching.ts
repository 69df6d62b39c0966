/** A world with a watch over its ERP: claims and stand-in in memory, the feed's lease and cursor in the real table. */

import { Settings } from "../../lib/app/config.ts";
import type { Held } from "../../lib/core/held.ts";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import { type Watched, type WatchParts, watchErp } from "../../lib/erp/watch.ts";
import { Writer } from "../../lib/erp/writers.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { DEMO_WRITERS } from "../../local/demo/config.ts";
import type { Faults } from "../../local/fake-erp.ts";
import { openWorld } from "../support/erp-world.ts";
import { freshTable } from "../support/table.ts";

const WRITERS = DEMO_WRITERS.map((writer) => Writer.parse(writer));

export type Watching = Awaited<ReturnType<typeof openWatching>>;

export async function openWatching(faults: Faults = {}, over: Partial<Settings> = {}) {
  const world = openWorld(faults);
  const explained: Explanation[] = [];
  const app: WatchParts = {
    claims: world.claims,
    feeds: dynamoFeeds(await freshTable()),
    erp: world.erp,
    watch: world.erp,
    explain: (explanation) => explained.push(explanation),
    now: world.now,
    random: world.deps.random,
    wait: world.deps.wait,
    unique: world.deps.unique,
    config: Settings.parse({ erpWriters: WRITERS, ...over }),
  };
  return {
    ...world,
    app,
    explained,
    watch: (changes: Partial<WatchParts> = {}): Promise<Watched> => watchErp({ ...app, ...changes }),
    foreign: (order: Partial<Parameters<typeof world.erp.foreign>[0]>) =>
      world.erp.foreign({ writer: "another integrator", currency: "PLN", total: 5899, ...order }),
    held: (): Held[] => [...world.claims.held.values()],
    /** What the watch told, in the order in which it did. */
    told: () => explained.map(({ verdict, reason }) => `${verdict} ${reason}`),
    [Symbol.dispose]: () => world.erp.close(),
  };
}
