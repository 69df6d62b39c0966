/** Every text of a report in both languages. */
import type { Text } from "../../lib/ops/answers.ts";
import type { Reason } from "./doubles.ts";

export const REASON_WORDS: Readonly<Record<Reason, { name: Text; means: Text }>> = {
  "same-id": {
    name: { pl: "ten sam identyfikator", en: "the same id" },
    means: {
      pl: "W obu zamówieniach stoi identyfikator, którego nikt nie nadaje dwa razy, na przykład formularza Allegro.",
      en: "Both orders carry an id that nobody gives twice, such as that of an Allegro form.",
    },
  },
  "same-number": {
    name: { pl: "ten sam numer i kwota", en: "the same number and total" },
    means: {
      pl: "Ten sam numer zamówienia, z przedrostkiem integratora albo bez niego, i zgodna kwota.",
      en: "The same order number, with an integrator's prefix or without it, and an equal total.",
    },
  },
  "same-total": {
    name: { pl: "tylko ta sama kwota", en: "the same total alone" },
    means: {
      pl: "Dwa różne sposoby numerowania, sąsiednie dni i kwota, której nie ma żadne inne zamówienie z tych tygodni. To najsłabsza przesłanka.",
      en: "Two ways of numbering, days next to each other, and a total that no other order of these weeks has. It is the weakest evidence.",
    },
  },
};

export const WORDS = {
  title: { pl: "Podejrzane podwójne zamówienia w ERP", en: "Suspected doubles in the ERP" },
  none: { pl: "Nie ma podejrzanych podwójnych zamówień.", en: "There are no suspected doubles." },
  orders: { pl: "zamówienia w eksporcie", en: "orders in the export" },
  purchases: { pl: "podejrzane zakupy", en: "suspected purchases" },
  surplus: { pl: "zamówienia ponad jedno", en: "orders beyond the first" },
  worth: { pl: "ich wartość", en: "their worth" },
  share: { pl: "udział", en: "share" },
  from: { pl: "od", en: "from" },
  to: { pl: "do", en: "to" },
  cancelled: { pl: "anulowane, pominięte", en: "cancelled, left out" },
  unread: { pl: "wiersze, których nie dało się odczytać", en: "lines that could not be read" },
  apart: { pl: "równe numery z różnymi kwotami: dwa zakupy", en: "equal numbers with other totals: two purchases" },
  byDay: { pl: "Zamówienia dziennie", en: "Orders by day" },
  all: { pl: "wszystkie", en: "all" },
  doubles: { pl: "podejrzane", en: "suspected" },
  byReason: { pl: "Skąd podejrzenie", en: "Why they are suspected" },
  byWriter: { pl: "Kto je zapisał", en: "Who wrote them" },
  writer: { pl: "sposób numerowania", en: "way of numbering" },
  list: { pl: "Lista", en: "The list" },
  number: { pl: "numer w ERP", en: "ERP number" },
  date: { pl: "data", en: "date" },
  total: { pl: "kwota", en: "total" },
  internetId: { pl: "nr internetowy", en: "internet id" },
  customerNumber: { pl: "nr zamówienia klienta", en: "customer number" },
  limits: { pl: "Czego ten raport nie wie", en: "What this report does not know" },
  says: {
    pl: "Powstał z samego eksportu listy zamówień, więc może mówić tylko o podejrzeniach. Nie wie, co naprawdę kupiono: nie widzi zakupów, których brakuje, różnic w VAT ani zamówień spóźnionych, a dwa równe zakupy jednego dnia mogą być dwoma zakupami. Sprawdź każdą parę w ERP, zanim coś anulujesz.",
    en: "It was made of an export of the order list alone, so it can speak of suspicions only. It does not know what was really bought: it sees no missing purchase, no difference in VAT and nothing late, and two equal purchases of one day may be two. Look at each pair in the ERP before you cancel anything.",
  },
  language: { pl: "English", en: "Polski" },
} as const satisfies Record<string, Text>;

export type Word = keyof typeof WORDS;
