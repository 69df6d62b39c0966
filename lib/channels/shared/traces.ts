/** Ids of Allegro orders, as shops and integrators keep them in fields and free text. Pure. */

/**
 * A version-1 UUID, the form of an Allegro order id. Most other UUIDs are of version 4, but the ids of Allegro's own
 * payments have this very form, and one of them may pay for several orders: what is found so is a trace, no proof.
 */
const UUID_V1 = /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-z])/gi;

const MAX_TRACES = 10;

/** The whole value as a version-1 UUID; undefined for anything else, a cut one too. */
export function uuidOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text !== undefined && text.match(UUID_V1)?.[0] === text ? text.toLowerCase() : undefined;
}

/** Ids in texts at any depth of a value, in the order they stand, each once; ten at most. */
export function uuidsIn(value: unknown): string[] {
  const traces = new Set<string>();
  for (const text of stringsIn(value)) {
    for (const [uuid] of text.matchAll(UUID_V1)) traces.add(uuid.toLowerCase());
    if (traces.size >= MAX_TRACES) break;
  }
  return [...traces].slice(0, MAX_TRACES);
}

/** As BaseLinker and other integrators mark what they copy to a shop: `[Allegro: login]`. */
export function saysAllegro(value: unknown): boolean {
  for (const text of stringsIn(value)) if (/\[allegro:[^\]]+\]/i.test(text)) return true;
  return false;
}

/** Without recursion: nesting comes from outside and may be deeper than the stack. */
function* stringsIn(root: unknown): Generator<string> {
  const left = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "string") yield value;
    else if (typeof value === "object" && value !== null) for (const v of Object.values(value).reverse()) left.push(v);
  }
}
