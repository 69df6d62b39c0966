/** What is wrong with something that a person wrote: a configuration, an environment, a flag, a message. */
import * as z from "zod/mini";
import english from "zod/v4/locales/en.js";

// zod/mini has no texts of its own.
z.config(english());

/** Every mistake by its path (dots between steps, "" for the whole), without a value. */
export function problemsOf(error: z.core.$ZodError): Array<{ path: string; problem: string }> {
  return error.issues.map(({ path, message }) => ({ path: path.join("."), problem: message }));
}

export function configErrorsOf(error: z.core.$ZodError): string[] {
  return problemsOf(error).map(({ path, problem }) => `${path || "(top)"}: ${problem}`);
}
