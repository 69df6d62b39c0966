/** A text that has to be JSON of a certain shape. */
import * as z from "zod";

export function json<T>(shape: z.ZodType<T>) {
  return z
    .string()
    .transform((text, ctx): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        ctx.addIssue("not JSON");
        return z.NEVER;
      }
    })
    .pipe(shape);
}
