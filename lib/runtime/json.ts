/** A text that has to be JSON of a certain shape. */
import * as z from "zod/mini";

export function json<T>(shape: z.ZodMiniType<T>) {
  return z.pipe(
    z.pipe(
      z.string(),
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
