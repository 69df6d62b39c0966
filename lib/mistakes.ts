/** What is wrong with something that a person wrote: a configuration, an environment, a flag. */
import * as z from "zod/mini";
import english from "zod/v4/locales/en.js";

// zod/mini has no texts of its own.
z.config(english());

/** Every mistake by its path, without a value. */
export function mistakesOf(error: z.core.$ZodError): string[] {
  return error.issues.map(({ path, message }) => `${path.join(".") || "(top)"}: ${message}`);
}
