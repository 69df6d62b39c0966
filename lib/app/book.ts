/** The accounts as the functions of operators show them. */
import { Book } from "../ops/book.ts";
import { json } from "../runtime/json.ts";
import type { App } from "./parts.ts";

/** A deployment writes the book into the bundle of a function; on one machine the app has it. */
export function bookOf({ operators }: Pick<App, "operators">): Book {
  return operators?.book ?? json(Book).parse(process.env.KOJARZ_BOOK);
}
