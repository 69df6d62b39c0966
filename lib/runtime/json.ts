/** A text that has to be JSON of a certain shape. */
import * as z from "zod/mini";
import { anyText } from "../core/schemas.ts";

/** @returns a schema that takes a text, and gives what it holds */
export function json<T>(shape: z.ZodMiniType<T>) {
  return z.pipe(
    z.pipe(
      anyText,
      z.transform((text, ctx): unknown => {
        try {
          return JSON.parse(text);
        } catch {
          ctx.issues.push({ code: "custom", input: text, message: "not JSON" });
          return z.NEVER;
        }
      }),
    ),
    shape,
  );
}
