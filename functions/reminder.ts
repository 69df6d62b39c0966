import { app } from "../lib/app/app.ts";
import { type Reminded, remind } from "../lib/ops/reminder.ts";
import { eventHandler, logger } from "../lib/runtime/lambda.ts";

const unasked = (error: unknown) => logger.error("the alarms were not read", { error: error as Error });

export const handler = eventHandler<unknown, Reminded>(async () => {
  const reminded = await remind(await app(), unasked);
  const { alarms, cases } = reminded;
  logger.info("reminder", { outcome: reminded.isTold ? "told" : "nothing", counts: { alarms, cases } });
  return reminded;
});
