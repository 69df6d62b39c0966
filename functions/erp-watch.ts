import { app } from "../lib/app/app.ts";
import { ErpUnavailable } from "../lib/core/ports/erp.ts";
import { type Compared, Comparing, compare } from "../lib/erp/comparing.ts";
import { type Watched, watchErp } from "../lib/erp/watch.ts";
import { measureErp } from "../lib/ops/measure.ts";
import { eventHandler, logger, metrics } from "../lib/runtime/lambda.ts";

const silent = (error: unknown) => logger.warn("the ERP did not answer", { error });

/** The round of the schedule; or, asked by the command line, a page of what a report compares. An ERP that does not answer is a measurement, not a failure: the schedule repeats the question anyway. */
export const handler = eventHandler<unknown, { up: boolean; watched?: Watched; compared?: Compared }>(async (event) => {
  const kojarz = await app();
  const asked = Comparing.safeParse(event);
  if (asked.success) return { up: true, compared: await compare(kojarz, asked.data) };
  if (!(await measureErp(metrics, kojarz.erp, kojarz.now(), silent))) return { up: false };
  try {
    const watched = await watchErp(kojarz);
    const { ran, ended, listed, registered, duplicated, doubtful } = watched;
    const outcome = ended ? "ended" : "goes-on";
    if (ran) logger.info("erp watch", { outcome, listed, counts: { registered, duplicated, doubtful } });
    return { up: true, watched };
  } catch (error) {
    if (!(error instanceof ErpUnavailable)) throw error;
    silent(error);
    return { up: false };
  }
});
