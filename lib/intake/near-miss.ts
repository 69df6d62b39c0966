/**
 * Whether a request that matches no address was meant for one of ours: a mistyped channel or account, a slash at the end, a
 * wrong prefix. A shop that sends there loses orders; what scanners ask for is nobody's. Pure.
 */

/** So many letters may be wrong, missing or too much in one word. */
const TYPOS = 2;
const PREFIX = "webhooks";
/** Nobody's address is longer; comparing costs time by the length. */
const LONGEST_WORD = 40;
const MOST_WORDS = 6;

/**
 * @param path as it was asked for
 * @param addresses what is configured, each as `channel/account`
 */
export function isNearMiss(method: string, path: string, addresses: readonly string[]): boolean {
  // A webhook is sent, never fetched; a person who looks with a browser loses no order.
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return false;
  const words = path.toLowerCase().split("/").filter(Boolean).slice(0, MOST_WORDS);
  return addresses.some((address) => {
    const [channel = "", account = ""] = address.split("/");
    return isMeantFor(words, channel, account);
  });
}

function isMeantFor(words: readonly string[], channel: string, account: string): boolean {
  const at = words.findIndex((word) => isLike(word, channel));
  // Of a channel that is not deployed the account may be right.
  if (at === -1) return isUnderOurPrefix(words, 0) && words.slice(1, 3).some((word) => isLike(word, account));
  const next = words[at + 1];
  // Without a prefix of ours only both words together are no accident: a scanner asks for plugins by name too.
  return isUnderOurPrefix(words, at - 1) ? true : next !== undefined && isLike(next, account);
}

function isUnderOurPrefix(words: readonly string[], at: number): boolean {
  return isLike(words[at] ?? "", PREFIX);
}

function isLike(word: string, wanted: string): boolean {
  if (word === wanted) return true;
  // A short word is like too many others.
  const allowed = Math.min(TYPOS, Math.floor(wanted.length / 3));
  if (word.length > LONGEST_WORD || Math.abs(word.length - wanted.length) > allowed) return false;
  return distance(word, wanted) <= allowed;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
