/** What a fee is for, by what the shop calls it in Polish or English. Pure. */
import type { FeeKind } from "../../core/money.ts";

/** The first that fits: what is said of the goods comes before what is said of the payment. */
const KINDS: ReadonlyArray<readonly [FeeKind, RegExp]> = [
  ["deposit", /kaucj|pfand|(?:bottle|container|refundable) deposit/i],
  ["duty", /\bcł[oa]\b|opłat\w{0,3} celn|customs|\bdut(?:y|ies)\b/i],
  ["insurance", /ubezpiecz|insur/i],
  ["wrapping", /pakowan|opakowan|wrapping|gift ?wrap|na prezent/i],
  ["codFee", /pobran|przy odbiorze|\bcod\b|(?:cash|collect) on delivery/i],
  [
    "paymentFee",
    /płatno|platno|payment|transak|transact|prowizj|commission|surcharge|kart[ayęą](?!\p{L})|\bcard\b|blik|przelew|\bp24\b|payu|paypal|tpay|autopay|stripe|imoje|\braty\b|ratal|gateway|bramk/iu,
  ],
];

/** @param onDelivery a fee for paying is then one for cash on delivery */
export function feeKindOf(name: string, onDelivery: boolean): FeeKind {
  const kind = KINDS.find(([, names]) => names.test(name))?.[0] ?? "other";
  return kind === "paymentFee" && onDelivery ? "codFee" : kind;
}

/** A negative row that is no discount: what was paid in advance. */
export function prepaidKindOf(name: string): "gift-card" | "store-credit" | undefined {
  if (
    /(?:kart[ay]|bon\w{0,6}|voucher) (?:podarunkow|prezentow|upominkow)|gift[ -]?(?:card|certificate|voucher)/i.test(
      name,
    )
  )
    return "gift-card";
  return /portfel|wallet|store credit|saldo|środk\w{1,3} na koncie/i.test(name) ? "store-credit" : undefined;
}
