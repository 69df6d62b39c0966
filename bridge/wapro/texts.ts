/** Where texts for people go in WAPRO: in which letters, and how many of them. */
import type { Described } from "./described.ts";
import { anyLetters, type Letters, lettersOf, POLISH_CODE_PAGE } from "./letters.ts";
import type { ProcedureName } from "./statements.ts";

/** What of a text is kept. `length`: characters. */
export type TextPlace = { letters: Letters; length: number };

/** Each parameter, the column that it is written to, and how long it is where the database does not say. */
const PLACES = {
  OPIS: { call: "addLine", column: "POZYCJA_ZAMOWIENIA.OPIS", length: 500 },
  UWAGI: { call: "confirm", column: "ZAMOWIENIE.UWAGI", length: 1000 },
  OSOBA_ZAMAWIAJACA: { call: "confirm", column: "ZAMOWIENIE.OSOBA_ZAMAWIAJACA", length: 101 },
  FORMA_PLATNOSCI: { call: "confirm", column: "ZAMOWIENIE.FORMA_PLATNOSCI", length: 50 },
} as const satisfies Record<string, { call: ProcedureName; column: string; length: number }>;
type TextName = keyof typeof PLACES;

export type Texts = Readonly<Record<TextName, TextPlace>>;

/**
 * All letters are kept only where both the parameter and the column take them; the shorter of the two is what fits.
 * @param codePage of the database; undefined where it does not say
 */
export function textsOf(
  parameterOf: (call: ProcedureName, name: string) => Described | undefined,
  columnOf: (name: string) => Described | undefined,
  codePage: number | undefined,
): Texts {
  const letters = lettersOf(codePage ?? POLISH_CODE_PAGE);
  const placeOf = (name: TextName): TextPlace => {
    const { call, column, length } = PLACES[name];
    const described = [parameterOf(call, name), columnOf(column)].filter((size) => size !== undefined);
    const isUnicode = described.length > 0 && described.every((size) => size.isUnicode);
    const lengths = described.map((size) => size.length).filter((chars) => chars > 0);
    return { letters: isUnicode ? anyLetters : letters, length: lengths.length > 0 ? Math.min(...lengths) : length };
  };
  return {
    OPIS: placeOf("OPIS"),
    UWAGI: placeOf("UWAGI"),
    OSOBA_ZAMAWIAJACA: placeOf("OSOBA_ZAMAWIAJACA"),
    FORMA_PLATNOSCI: placeOf("FORMA_PLATNOSCI"),
  };
}

/** Of a Polish WAPRO that nobody probed. */
export const usualTexts = textsOf(
  () => undefined,
  () => undefined,
  undefined,
);
