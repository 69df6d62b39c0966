import * as z from "zod/mini";
import { type FeedReport, runFeed } from "../lib/feeds/run.ts";
import { measureLag, measureToken } from "../lib/ops/measure.ts";
import { app } from "../lib/runtime/app.ts";
import { connectionsOf } from "../lib/runtime/config.ts";
import { logger } from "../lib/runtime/logger.ts";
import { metrics } from "../lib/runtime/metrics.ts";
import { eventHandler } from "../lib/runtime/middleware.ts";
import { anyText } from "../lib/shapes.ts";

/** What the schedule sends: which account to pull, as `channel:account`. */
const PollEvent = z.object({ account: anyText });

export const handler = eventHandler<unknown, FeedReport>(async (event) => {
  const { account } = PollEvent.parse(event);
  const kojarz = await app();
  const connection = connectionsOf(kojarz.config).find(({ name }) => name === account);
  if (!connection) throw new Error(`${account} is not configured`);
  if (connection.channel.usesVault) await measureToken(metrics, account, kojarz.vault, kojarz.now());
  const report = await runFeed(kojarz, connection, (lag) => measureLag(metrics, account, lag));
  logger.info("poll", { account, ...report });
  return report;
});
