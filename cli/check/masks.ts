/** No secret of the configuration is ever printed, whatever a platform quotes in its answers. */

const SECRET_FIELD = /secret|token|key|password|pass|license/i;
/** Shorter ones are too often part of an innocent word. */
const SHORTEST = 4;

/** Every text under a field whose name says that it is a secret. */
export function secretsIn(value: unknown, isSecret = false): string[] {
  if (typeof value === "string") return isSecret && value.length >= SHORTEST ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    secretsIn(inner, isSecret || (Number.isNaN(Number(name)) && SECRET_FIELD.test(name))),
  );
}

/** @param secrets the longest first, so that one which contains another goes whole */
export function masked(text: string, secrets: readonly string[]): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((said, secret) => said.replaceAll(secret, "***"), text);
}
