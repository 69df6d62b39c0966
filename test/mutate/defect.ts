import type { Mutation } from "./mutate.ts";

/** Defects of one file that the same tests have to notice. */
export function defectsOf(file: string, ...tests: string[]) {
  return (name: string, find: string, replace: string): Mutation => ({ name, edits: [{ file, find, replace }], tests });
}
