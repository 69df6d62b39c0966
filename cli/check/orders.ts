/** What the product's own pull gives: a list of orders, its next page, and one order read by itself. */
import type { Listing, Page, Pull, Pulled } from "../../lib/channels/channel.ts";
import type { Sighting } from "../../lib/core/order.ts";
import { type Finding, fail, look, ok, skipped } from "./findings.ts";

export type Sampled = { findings: Finding[]; sightings: Sighting[]; one?: Sighting };

const MINUTE = 60_000;
/** Clocks differ by seconds; a wrong zone differs by whole or half hours. */
const AHEAD_MS = 10 * MINUTE;

/**
 * @param listing its name
 * @param pages the bodies of the pages that were answered so far
 * @throws whatever the pull throws where the list cannot be read
 */
export async function ordersOf(pull: Pull, listing: string, now: number, pages: () => string[]): Promise<Sampled> {
  const list = pull.listings.find(({ name }) => name === listing) ?? pull.listings[0];
  if (!list) throw new Error("this account lists nothing");
  const first = await list.page(undefined);
  const found = first.orders;
  const findings = [ok("order list", `read: ${found.length === 0 ? "no order in it" : `${found.length} orders`}`)];
  const paging = await pagingOf(list, first, pages);
  const { sightings, one, finding } = await oneOf(pull, found);
  findings.push(finding, paging, ...usableOf(found));
  if (sightings.length > 0) findings.push(zoneOf(sightings, now), currencyOf(sightings));
  return { findings, sightings, ...(one && { one }) };
}

/** Further pages have to show further orders: some servers answer the first one again, whatever they are asked for. */
async function pagingOf(list: Listing, first: Page, pages: () => string[]): Promise<Finding> {
  if (!first.more) return ok("paging", "all of it on one page");
  const names = new Set(first.orders.map(nameOf));
  let page = first;
  for (let further = 0; further < FURTHER_PAGES && page.more; further += 1) {
    page = await list.page(page.cursor);
    const fresh = page.orders.filter((order) => !names.has(nameOf(order)));
    if (fresh.length > 0) return ok("paging", `goes on: ${fresh.length} further orders behind the first page`);
  }
  const [answered, ...further] = pages();
  const isRepeated = further.length > 0 && further.every((body) => body === answered);
  if (!isRepeated) return ok("paging", "goes on, and shows no further order");
  return fail("paging", "every page is the first again", {
    pl: "Serwer nie respektuje stronicowania: coś przed sklepem (pamięć podręczna?) odpowiada zawsze tą samą stroną.",
    en: "The server does not obey paging: something before the shop (a cache?) always answers the same page.",
  });
}

/** Of many orders of one second a walk looks at a page again before it goes on. */
const FURTHER_PAGES = 4;

function nameOf(order: Pulled): string {
  return order.kind === "sighting" ? order.sighting.sourceOrder : order.id;
}

type One = { sightings: Sighting[]; one?: Sighting; finding: Finding };

/** The newest that is ready, read by itself where the platform can be asked for one. */
async function oneOf(pull: Pull, found: readonly Pulled[]): Promise<One> {
  const listed = found.flatMap((order) => (order.kind === "sighting" ? [order.sighting] : []));
  const chosen = listed.findLast(({ readiness }) => readiness === "ready") ?? listed.at(-1);
  const named = found.findLast((order) => order.kind === "refresh")?.id;
  const id = chosen?.sourceOrder ?? named;
  if (id === undefined) return { sightings: [], finding: skipped("one order", "there is none to read") };
  if (!pull.read)
    return {
      sightings: listed,
      ...(chosen && { one: chosen }),
      finding: ok("one order", `${id}: the list holds it whole`),
    };
  const read = await pull.read(id);
  if (read.kind !== "sighting")
    return { sightings: listed, finding: look("one order", `${id}: ${read.kind}, ${read.reason}`) };
  const sightings = listed.length > 0 ? listed : [read.sighting];
  return { sightings, one: read.sighting, finding: ok("one order", `${id}: read, ${read.sighting.readiness}`) };
}

function usableOf(found: readonly Pulled[]): Finding[] {
  const unusable = found.flatMap((order) => (order.kind === "unusable" ? [order] : []));
  const [first] = unusable;
  if (!first) return [];
  const says = `${unusable.length} of ${found.length} orders would be held, such as ${first.id}: ${first.reason}`;
  return [
    look("mapping", `${says}${first.detail === undefined ? "" : ` (${first.detail})`}`, {
      pl: "Te zamówienia czekałyby na człowieka. Znaczenie powodów: docs/reference/held-reasons.md",
      en: "These orders would wait for a person. What the reasons mean: docs/reference/held-reasons.md",
    }),
  ];
}

/** An order that was placed in the future was read by another zone than the shop's. */
function zoneOf(sightings: readonly Sighting[], now: number): Finding {
  const newest = Math.max(
    ...sightings.map(({ placedAt = 0, version }) => Math.max(placedAt, isTime(version) ? version : 0)),
  );
  const ahead = newest - now;
  if (ahead > AHEAD_MS)
    return fail("time zone", `an order is dated ${Math.round(ahead / MINUTE)} minutes ahead of now`, {
      pl: "Zegar sklepu albo ustawienie timeZone jest w innej strefie: ustaw strefę sklepu.",
      en: "The shop's clock, or the setting timeZone, is in another zone: set the shop's own.",
    });
  return ok("time zone", `the newest order is dated ${new Date(newest).toISOString()}`);
}

/** A version usually is the time of the change in epoch ms. */
function isTime(version: number): boolean {
  return version > 1_000_000_000_000 && version < 10_000_000_000_000;
}

function currencyOf(sightings: readonly Sighting[]): Finding {
  const counts = Map.groupBy(sightings, ({ money }) => money?.currency ?? "unknown");
  const says = [...counts].map(([currency, of]) => `${currency}: ${of.length}`).join(", ");
  return counts.has("unknown")
    ? look("currency", says, {
        pl: "Bez waluty i kwoty zamówienie nie trafi do ERP: czeka, aż platforma je poda.",
        en: "Without a currency and a total an order does not go to the ERP: it waits until the platform says them.",
      })
    : ok("currency", says);
}
