/** Every text of the report on shadow mode in both languages. */
import type { Text } from "../../lib/ops/answers.ts";

export const SHADOW_WORDS = {
  title: { pl: "Co zmieniłby Kojarz", en: "What Kojarz would change" },
  purchases: { pl: "zakupy", en: "purchases" },
  erpOrders: { pl: "zamówienia w ERP", en: "orders in the ERP" },
  doubled: { pl: "zakupy wpisane podwójnie", en: "purchases entered twice" },
  worth: { pl: "wartość zamówień ponad jedno", en: "worth of orders beyond the first" },
  missing: { pl: "zakupy, których brakuje", en: "purchases that are missing" },
  differing: { pl: "inna kwota w ERP", en: "another total in the ERP" },
  taxed: { pl: "inny VAT w ERP", en: "another VAT in the ERP" },
  vatUnknown: { pl: "VAT nieznany po jednej ze stron", en: "VAT that one side does not tell" },
  late: { pl: "wpisane późno", en: "entered late" },
  standing: { pl: "anulowane u źródła, w ERP stoją", en: "cancelled at the source, standing in the ERP" },
  unexplained: { pl: "zamówienia ERP bez znanego zakupu", en: "ERP orders of no known purchase" },
  byDay: { pl: "Zamówienia w ERP dziennie", en: "Orders in the ERP by day" },
  all: { pl: "wszystkie", en: "all" },
  surplus: { pl: "ponad jedno na zakup", en: "beyond the first of a purchase" },
  leaving: { pl: "Po wyjściu z trybu podglądu", en: "When shadow mode is left" },
  linked: { pl: "połączone z zamówieniem ERP", en: "linked to their ERP order" },
  forwarded: { pl: "przekazane do ERP", en: "forwarded to the ERP" },
  asked: { pl: "do rozstrzygnięcia przez człowieka", en: "for a person to say" },
  purchase: { pl: "zakup", en: "purchase" },
  numbers: { pl: "numery w ERP", en: "ERP numbers" },
  total: { pl: "kwota zakupu", en: "total of the purchase" },
  inErp: { pl: "kwota w ERP", en: "total in the ERP" },
  inErpShort: { pl: "w ERP", en: "in the ERP" },
  vatOfPurchase: { pl: "VAT zakupu", en: "VAT of the purchase" },
  vatInErp: { pl: "VAT w ERP", en: "VAT in the ERP" },
  placed: { pl: "złożono", en: "placed" },
  after: { pl: "po", en: "after" },
  hours: { pl: "godz.", en: "h" },
  none: { pl: "Nic takiego nie znaleziono.", en: "There is none." },
  limits: { pl: "Czego ten raport nie wie", en: "What this report does not know" },
  says: {
    pl: "Porównuje kwoty, VAT i czasy. VAT zna o tyle, o ile źródło go podaje, a most może go odczytać. Zamówienie ERP, którego kolumn nie objaśnia żaden wzór z erpWriters, należy do nikogo: jego zakup może tu stać jako brakujący.",
    en: "It compares totals, VAT and times. It knows the VAT as far as the source says it and the bridge can read it. An ERP order whose columns no template of erpWriters explains belongs to nobody: its purchase may stand here as missing.",
  },
} as const satisfies Record<string, Text>;

export type ShadowWord = keyof typeof SHADOW_WORDS;
