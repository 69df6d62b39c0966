import { app } from "../lib/app/app.ts";
import { bookOf } from "../lib/app/book.ts";
import { readDoor } from "../lib/ops/operator.ts";
import { eventHandler } from "../lib/runtime/lambda.ts";

/** Looks and changes nothing: for a widget of the dashboard, and for the command line. */
export const handler = eventHandler<unknown, object | string>(async (event, { functionArn }) => {
  const kojarz = await app();
  const book = bookOf(kojarz);
  return readDoor({ ...kojarz, book, erp: { name: book.erp } }, event, functionArn);
});
