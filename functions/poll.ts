import * as z from "zod/mini";
import { app } from "../lib/app/app.ts";
import { guardedConnection } from "../lib/app/shadow.ts";
import { connectionsOf } from "../lib/channels/index.ts";
import { anyText } from "../lib/core/schemas.ts";
import { type FeedReport, runFeed } from "../lib/feeds/run.ts";
import { measureLag, measureToken } from "../lib/ops/measure.ts";
import { pollState } from "../lib/ops/poll-state.ts";
import { eventHandler, logger, metrics } from "../lib/runtime/lambda.ts";

/** What the schedule sends: which account to pull, as `channel:account`. */
const PollEvent = z.object({ account: anyText });

const untold = (error: unknown) => {
  logger.warn("the token was not looked at", { error: error as Error });
  return undefined;
};

export const handler = eventHandler<unknown, FeedReport>(async (event) => {
  const { account } = PollEvent.parse(event);
  logger.appendKeys({ account });
  const kojarz = await app();
  const configured = connectionsOf(kojarz.config).find(({ name }) => name === account);
  if (!configured) throw new Error(`${account} is not configured`);
  const connection = guardedConnection(configured, kojarz.config.mode, kojarz.now());
  const state = pollState(kojarz, account);
  let report: FeedReport | undefined;
  try {
    report = await runFeed({ ...kojarz, explain: state.explain }, connection, (lag) => {
      measureLag(metrics, account, lag);
      state.lag(lag);
    });
  } catch (error) {
    state.failed(error);
    throw error;
  } finally {
    // After the run, which renews it: before, a poll that is slower than a token lives would always find it over.
    const tokenUntil = connection.channel.usesVault
      ? await measureToken(metrics, account, kojarz.vault, kojarz.now()).catch(untold)
      : undefined;
    const left = (error: Error) => logger.warn("not shown to operators", { account, error });
    await state.save(report, tokenUntil).catch(left);
  }
  logger.info("poll", { account, ...report });
  return report;
});
