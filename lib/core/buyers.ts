/** Whether two reports may be of one buyer. Pure. */
import type { Address, Order, Report, Sighting } from "./order.ts";

/** What people are known by. One of these in common is enough: each is written otherwise, left out or masked somewhere. */
const TRAITS: ReadonlyArray<(report: Report) => Array<string | undefined>> = [
  ({ buyer }) => [buyer.email?.trim().toLowerCase()],
  ({ buyer, shipping }) =>
    [buyer.phone, buyer.billing?.phone, shipping.address?.phone].map((phone) => phone?.replace(/\D/g, "").slice(-9)),
  ({ buyer, shipping }) => [buyer.billing, shipping.address].map((at) => at && houseOf(at)),
  ({ buyer, shipping }) => [buyer.billing, shipping.address].map((at) => at && wordsOf(at.name)),
];

/** Fewer than two to compare prove nothing: a marketplace gives each order a mail address of its own. */
const ENOUGH = 2;

/** The report has nothing of its buyer in common with any report of the order, and enough to compare with one of them. */
export function isOfAStranger({ sources }: Order, { report }: Sighting): boolean {
  const compared = sources.flatMap((source) => (source.report ? [comparedWith(source.report, report)] : []));
  return compared.every(({ equal }) => equal === 0) && compared.some(({ differing }) => differing >= ENOUGH);
}

/** By how many of the traits that both reports state they are equal, and by how many they differ. */
function comparedWith(one: Report, other: Report): { equal: number; differing: number } {
  const known = TRAITS.map((of) => [valuesOf(of(one)), valuesOf(of(other))] as const);
  const stated = known.filter(([ours, theirs]) => ours.size > 0 && theirs.size > 0);
  const equal = stated.filter(([ours, theirs]) => [...ours].some((value) => theirs.has(value))).length;
  return { equal, differing: stated.length - equal };
}

function valuesOf(values: ReadonlyArray<string | undefined>): Set<string> {
  return new Set(values.flatMap((value) => value || []));
}

/** In any order: first and last names change places from platform to platform. */
function wordsOf(name: string): string {
  return (
    name
      .toLowerCase()
      .match(/\p{L}+/gu)
      ?.sort()
      .join(" ") ?? ""
  );
}

/** A postcode alone is that of all who buy in one town; how a street is written differs from platform to platform. */
function houseOf({ postcode, street }: Address): string | undefined {
  const [code, numbers] = [postcode.replace(/[^\p{L}\d]/gu, ""), street.match(/\d+/g)];
  return code && numbers ? [code, ...numbers].join(" ") : undefined;
}
