import type { Report } from "../../order.ts";

type Address = NonNullable<Report["buyer"]["billing"]>;

/** One text of several parts, blanks between them. */
export function joined(...parts: ReadonlyArray<string | undefined>): string {
  return parts.filter(Boolean).join(" ").trim();
}

/** Undefined where all that would identify a place or a person is empty. */
export function addressOf({ company, ...address }: Address & { company: string }): Address | undefined {
  if (!(company || address.name || address.street || address.city)) return undefined;
  return { ...address, name: address.name || company, ...(company && { company }) };
}
