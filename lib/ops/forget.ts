/**
 * Erases a person's data: of one order at once; by e-mail or telephone through the whole table, a page at a time, because no
 * index holds a person. The ids stay, so that no purchase comes in twice.
 */
import { forgotten } from "../core/actions.ts";
import type { Held } from "../core/held.ts";
import type { Order, Report } from "../core/order.ts";
import { type ActParts, type Asked, actOnce, done as answered, refusal } from "./acting.ts";
import type { Acted, Done, Moved } from "./actions.ts";
import { casesOf } from "./case-ids.ts";

/** Of one page: what a function reads, compares and writes within seconds. */
const ITEMS_PER_PAGE = 400;

const NEXT = {
  pl: "Identyfikatory i kwoty zostają, żeby zakup nie wszedł drugi raz. Kopie zapasowe tabeli i strumień zmian przechowuje AWS: do 35 dni i 24 godziny. Zamówienie w ERP i na platformie usuń tam.",
  en: "Ids and totals stay, so that the purchase does not come in twice. AWS keeps backups of the table for up to 35 days and its stream for 24 hours. Erase the order in the ERP and at its platform there.",
};

type AskedForget = Asked & { do: "forget" };
type Person = { email: string | undefined; phone: string | undefined };
type Page = { moved: Moved[]; left: Done["left"]; proof: NonNullable<Done["proof"]> };

export async function forget(asked: AskedForget, parts: ActParts): Promise<Acted> {
  const page: Page = { moved: [], left: [], proof: [] };
  if (asked.order !== undefined) {
    const reason = await forgetOrder(asked, asked.order, page, parts);
    return reason ?? answered(asked, parts.now(), { ...page, next: NEXT });
  }
  const person = { email: normalEmail(asked.email), phone: digitsOf(asked.phone) };
  if (person.email === undefined && person.phone === undefined) return refusal("no-target", asked.do);
  return scanFor(person, asked, page, parts);
}

async function scanFor(person: Person, asked: AskedForget, page: Page, parts: ActParts): Promise<Acted> {
  const { orders, cases, looked, of, cursor } = await parts.desk.scan(asked.cursor, ITEMS_PER_PAGE);
  const theirs = orders.filter((order) => isOf(order, person));
  for (const { id } of theirs) {
    const refused = await forgetOrder(asked, id, page, parts);
    if (refused) page.left.push({ order: id, reason: refused.reason, text: refused.text });
  }
  let bodies = 0;
  for (const held of cases) if (await eraseIfOf(held, person, parts)) bodies += 1;
  const scan = { looked, found: theirs.length + bodies, ...(of !== undefined && { of }) };
  const goesOn = cursor === undefined ? {} : { goesOn: { cursor } };
  return answered(asked, parts.now(), { ...page, scan, next: NEXT, ...goesOn });
}

/** @returns why not; undefined where it is done */
async function forgetOrder(asked: AskedForget, id: string, page: Page, parts: ActParts) {
  const request = asked.order === undefined ? `${asked.request}/${id}` : asked.request;
  const written = await actOnce(
    { ...asked, request },
    { order: id },
    ({ order }, doing) => (order ? { ruling: forgotten(order, doing) } : "unknown-order"),
    parts,
  );
  if (written.is === "refused") return refusal(written.reason, asked.do);
  page.moved.push(...(written.moved ?? []));
  const order = await parts.claims.read(id);
  if (!order) return undefined;
  const cases = await casesOf(order, parts.erp.name, parts.cases);
  for (const held of cases) await eraseCase(held, parts);
  page.proof.push(proofOf(order, cases));
  return undefined;
}

async function eraseCase(held: Held, { cases, bodies, now }: ActParts): Promise<void> {
  if (held.body) await bodies.remove(held.body);
  if (held.resolved) await cases.forget(held);
  else await cases.erase(held, now());
}

/** What is left, by its names: whoever reads it sees that nothing of a person is among it. */
function proofOf({ id, sources, ...order }: Order, cases: readonly Held[]) {
  const ofSources = [...new Set(sources.flatMap((source) => Object.keys(source).map((name) => `sources.${name}`)))];
  return {
    order: id,
    kept: [...Object.keys(order), ...ofSources].sort((a, b) => a.localeCompare(b)),
    erased: ["sources.report", "sources.given", ...cases.map((held) => `case ${held.id}: text, changes, detail`)],
  };
}

function isOf({ sources }: Order, person: Person): boolean {
  return sources.some(({ report, given }) => isIn(report, person) || isIn(given, person));
}

function isIn(report: Report | undefined, { email, phone }: Person): boolean {
  if (!report) return false;
  const { buyer, shipping } = report;
  const phones = [buyer.phone, buyer.billing?.phone, shipping.address?.phone].map(digitsOf);
  return (email !== undefined && normalEmail(buyer.email) === email) || (phone !== undefined && phones.includes(phone));
}

/** A message that no order was made of names its sender in its text alone. */
async function eraseIfOf(held: Held, { email, phone }: Person, parts: ActParts): Promise<boolean> {
  if (!held.body) return false;
  const body = (await parts.bodies.read(held.body))?.toString("utf8").toLowerCase();
  if (body === undefined) return false;
  const isTheirs = (email !== undefined && body.includes(email)) || (phone !== undefined && hasNumber(body, phone));
  if (isTheirs) await eraseCase(held, parts);
  return isTheirs;
}

function hasNumber(text: string, phone: string): boolean {
  return text.replace(/[\s().-]/g, "").includes(phone);
}

function normalEmail(email: string | undefined): string | undefined {
  return email?.normalize("NFKC").trim().toLowerCase() || undefined;
}

const POLISH_LENGTH = 9;

/** The last nine digits: with or without the country's prefix. Fewer are no number. */
function digitsOf(phone: string | undefined): string | undefined {
  const digits = (phone ?? "").replace(/\D/g, "");
  return digits.length < POLISH_LENGTH ? undefined : digits.slice(-POLISH_LENGTH);
}
