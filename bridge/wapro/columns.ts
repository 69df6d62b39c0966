/**
 * What goes into WAPRO's two columns, and every form under which an id may lie there.
 *
 * `ZAMOWIENIE_INTERNETOWE_ID` takes an id as it is. `NR_ZAMOWIENIA_KLIENTA` is varchar(30) and visible to people: a
 * marketplace's 36-character id does not fit, and cut to 30 it is another id. So a longer value becomes a prefix and a
 * hash, deterministic, and is looked for in that form, whole, and cut, since other writers do cut.
 */
import { createHash } from "node:crypto";
import { type Key, normalise } from "../../lib/core/keys.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import { type Alphabet, POLISH } from "./letters.ts";

const INTERNET_ID_LENGTH = 50;
/** Characters of `ZAMOWIENIE.NR_ZAMOWIENIA_KLIENTA`, varchar(30). */
export const NUMBER_LENGTH = 30;
/** A person recognises the number by its prefix. */
const PREFIX_LENGTH = 8;

/** Number formats of other writers, with `{id}` in them, by an issuer (`baselinker:acme`) or its channel (`baselinker`). */
export type NumberTemplates = Readonly<Record<string, readonly string[]>>;

/** The best internet id of the order, where it fits. Versions of WAPRO differ in the length of the column. */
export function internetIdOf(
  keys: readonly Key[],
  length = INTERNET_ID_LENGTH,
  alphabet: Alphabet = POLISH,
): string | undefined {
  const [best] = keys.filter((key) => key.kind === "internet-id" && key.rank <= 2).sort((a, b) => a.rank - b.rank);
  return best && fits(best.value, length, alphabet) ? best.value : undefined;
}

/** The number as the customer sees it, else the best id that there is. */
export function customerNumberOf(
  { report, keys }: Pick<ErpOrder, "report" | "keys">,
  alphabet: Alphabet = POLISH,
): string | undefined {
  const number = report.number?.trim();
  if (number && normalise(number) !== undefined) return fitted(number, alphabet);
  const firm = keys.filter((key) => key.rank <= 3).sort((a, b) => a.rank - b.rank);
  const best = firm.find((key) => key.kind === "customer-number") ?? firm[0];
  return best && fitted(best.value, alphabet);
}

/**
 * Every text that stands for this key: its value, and the numbers of its purchase that are normalised to it. What the
 * column cannot keep lies nowhere in it, and asked for it would find something else.
 */
export function idForms(key: Key, numbers?: readonly string[], alphabet: Alphabet = POLISH): string[] {
  return textsOf(key, numbers).filter(alphabet.keeps);
}

function textsOf({ value }: Key, numbers: readonly string[] = []): string[] {
  return [...new Set([value, ...numbers.filter((number) => normalise(number) === value)])];
}

/** Every form under which this key may lie in the number column. */
export function numberForms(
  key: Key,
  templates: NumberTemplates,
  numbers?: readonly string[],
  alphabet: Alphabet = POLISH,
): string[] {
  const channel = key.issuer.split(":", 1)[0] ?? key.issuer;
  const formats = ["{id}", ...new Set([...(templates[key.issuer] ?? []), ...(templates[channel] ?? [])])];
  const written = idForms(key, numbers, alphabet).flatMap((id) =>
    formats.map((format) => format.replace("{id}", () => id)).filter(alphabet.keeps),
  );
  const ours = textsOf(key, numbers).map((text) => fitted(text, alphabet));
  return [...new Set([...written.map((form) => cut(form, alphabet)), ...ours])];
}

function cut(form: string, { sizeOf }: Alphabet): string {
  const letters = [...form.slice(0, NUMBER_LENGTH)];
  while (sizeOf(letters.join("")) > NUMBER_LENGTH) letters.pop();
  return letters.join("");
}

/** The value itself where it fits and is kept as it is, else its prefix and 84 bits of its hash. */
function fitted(value: string, alphabet: Alphabet): string {
  if (fits(value, NUMBER_LENGTH, alphabet)) return value;
  const plain = normalise(value) ?? value;
  const hash = createHash("sha256").update(plain).digest("hex");
  return `${alphabet.letters(plain).slice(0, PREFIX_LENGTH)}~${hash.slice(0, NUMBER_LENGTH - PREFIX_LENGTH - 1)}`;
}

function fits(value: string, length: number, { keeps, sizeOf }: Alphabet): boolean {
  return sizeOf(value) <= length && keeps(value);
}
