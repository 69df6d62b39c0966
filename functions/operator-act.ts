import { app } from "../lib/app/app.ts";
import { bookOf } from "../lib/app/book.ts";
import { connectLinked } from "../lib/app/connect.ts";
import { actDoor } from "../lib/ops/operator.ts";
import { eventHandler } from "../lib/runtime/lambda.ts";

/** Acts for a person: for a widget of the dashboard, and for the command line. */
export const handler = eventHandler<unknown, object | string>(async (event, { functionArn }) => {
  const kojarz = await app();
  const connect = kojarz.operators?.connect ?? connectLinked;
  return actDoor({ ...kojarz, book: bookOf(kojarz), connect }, event, functionArn);
});
