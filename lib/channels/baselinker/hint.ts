/** Orders that the exchange names by the number we gave them: the API is asked for that number. Pure. */

const PREFIX = "number-";

export function hintOfNumber(number: string): string {
  return `${PREFIX}${number}`;
}

/** @returns undefined where the hint is BaseLinker's own id */
export function numberOfHint(hint: string): string | undefined {
  return hint.startsWith(PREFIX) ? hint.slice(PREFIX.length) : undefined;
}
