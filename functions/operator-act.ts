import { app } from "../lib/app/app.ts";
import { bookOf } from "../lib/app/book.ts";
import { connectLinked } from "../lib/app/connect.ts";
import { Comparing, compare } from "../lib/erp/comparing.ts";
import { allowSample, Sampling } from "../lib/intake/sample.ts";
import { Migrating, migrated } from "../lib/ops/migrate.ts";
import { actDoor } from "../lib/ops/operator.ts";
import { eventHandler } from "../lib/runtime/lambda.ts";

/**
 * Acts for a person, reads what a report compares and what a migration finds, which no index knows, and lets a sample in: for a
 * widget of the dashboard, and for the command line.
 */
export const handler = eventHandler<unknown, object | string>(async (event, { functionArn }) => {
  const kojarz = await app();
  const asked = Comparing.safeParse(event);
  if (asked.success) return { compared: await compare(kojarz, asked.data) };
  const migrating = Migrating.safeParse(event);
  if (migrating.success) return migrated(kojarz, migrating.data);
  const sampling = Sampling.safeParse(event);
  if (sampling.success) return { until: await allowSample(kojarz, sampling.data) };
  const connect = kojarz.operators?.connect ?? connectLinked;
  return actDoor({ ...kojarz, book: bookOf(kojarz), connect }, event, functionArn);
});
