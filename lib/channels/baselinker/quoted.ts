/** Numbers of orders that people and scripts leave in free fields. Pure. */

/** A field that holds a number and nothing else. */
const WHOLE = /^#?\s?(?<number>[\p{L}\d/_.-]{1,40})$/u;

const WORD = /[^\s,;:()[\]"']+/g;

/** What stands before a number that is an order's: `zamówienie 1001`, `order no. 1001`, `do zam. nr 1001`. */
const ORDER = /^(zam|zam\.|zam[oó]wie(nie|nia|niu|niem)|order)$/i;
const NUMBER = /^(nr|nr\.|no|no\.|numer|number|id)$/i;

const MAX_NUMBERS = 5;
/** Comments are at most a thousand characters long; a number that stands behind more text than that is none. */
const MAX_SEARCHED = 2_000;

/** @returns each once, as it is written, five at most */
export function numbersIn(texts: readonly string[]): string[] {
  const found = new Set(texts.flatMap((text) => numbersOf(text.trim().slice(0, MAX_SEARCHED))));
  return [...found].slice(0, MAX_NUMBERS);
}

function numbersOf(text: string): string[] {
  const whole = WHOLE.exec(text)?.groups?.number;
  if (whole !== undefined) return isNumber(whole) ? [whole] : [];
  const words = text.match(WORD) ?? [];
  return words.flatMap((word, index) => {
    const value = word.replace(/^#/, "").replace(/[.!?]{1,9}$/, "");
    const before = NUMBER.test(words[index - 1] ?? "") ? words[index - 2] : words[index - 1];
    const isQuoted = word.startsWith("#") || ORDER.test(before ?? "");
    return isQuoted && isNumber(value) ? [value] : [];
  });
}

/** Letters may stand around it, as in `WT/1001/26`; a UUID is another kind of id. */
function isNumber(value: string): boolean {
  return value.length <= 32 && /\d/.test(value) && WHOLE.test(value);
}
