/** The four order resources of Allegro's API, as answers to parsed requests. */
import type { FormBody } from "./allegro-form.ts";
import type { Journal } from "./allegro-journal.ts";
import type { World } from "./allegro-world.ts";

export type ApiAnswer = { status: number; body: object };

const MAX_ID = 2n ** 63n - 1n;
const UUID_V1 = /^[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export function refusal(status: number, code: string, message: string): ApiAnswer {
  const error = { code, message, details: null, path: null, userMessage: message, metadata: {} };
  return { status, body: { errors: [error] } };
}

function invalid(message: string): ApiAnswer {
  return refusal(422, "VALIDATION_ERROR", message);
}

export function eventsAnswer(query: URLSearchParams, journal: Journal): ApiAnswer {
  const limit = wholeNumber(query.get("limit"), 100);
  if (limit === undefined || limit < 1 || limit > 1000) return invalid("limit must be between 1 and 1000");
  const text = query.get("from");
  const from = text === null ? undefined : /^\d{1,19}$/.test(text) ? BigInt(text) : -1n;
  if (from !== undefined && (from < 0n || from > MAX_ID)) return invalid("from is not an event id");
  const events = journal.page(from, limit, query.getAll("type")).map(({ id, type, occurredAt, order }) => {
    return { id: String(id), type, occurredAt, order };
  });
  return { status: 200, body: { events } };
}

export function statsAnswer(journal: Journal): ApiAnswer {
  const latest = journal.latest();
  const latestEvent = latest ? { id: String(latest.id), occurredAt: latest.occurredAt } : null;
  return { status: 200, body: { latestEvent } };
}

export function formAnswer(id: string, world: World): ApiAnswer {
  if (!UUID_V1.test(id)) return invalid("Not valid time UUID");
  const form = world.find(id.toLowerCase());
  return form
    ? { status: 200, body: form }
    : refusal(404, "CheckoutFormNotFoundException", `Checkout form ${id} not found`);
}

export function listAnswer(query: URLSearchParams, world: World): ApiAnswer {
  const limit = wholeNumber(query.get("limit"), 100);
  const offset = wholeNumber(query.get("offset"), 0);
  if (limit === undefined || limit < 1 || limit > 100) return invalid("limit must be between 1 and 100");
  if (offset === undefined) return invalid("offset must not be negative");
  if (offset + limit > 10_000) return invalid("maximal result size of 10000 items exceeded");
  const matching = world.forms().filter((form) => matches(form, query));
  const sorted = sortedBy(matching, query.get("sort") ?? "-lineItems.boughtAt");
  if (!sorted) return invalid("unknown sort");
  const checkoutForms = sorted.slice(offset, offset + limit);
  return { status: 200, body: { checkoutForms, count: checkoutForms.length, totalCount: matching.length } };
}

function matches(form: FormBody, query: URLSearchParams): boolean {
  const equal: Record<string, string | undefined> = {
    status: form.status,
    "fulfillment.status": form.fulfillment.status,
    "fulfillment.provider.id": form.fulfillment.provider.id,
    "fulfillment.shipmentSummary.lineItemsSent": form.fulfillment.shipmentSummary.lineItemsSent,
    "payment.id": form.payment?.id,
    "buyer.login": form.buyer.login,
  };
  return (
    Object.entries(equal).every(([name, value]) => !query.has(name) || query.get(name) === value) &&
    [...times].every(([name, timeOf]) => {
      const [gte, lte] = [query.get(`${name}.gte`), query.get(`${name}.lte`)];
      const at = timeOf(form);
      return (gte === null || at >= Date.parse(gte)) && (lte === null || at <= Date.parse(lte));
    })
  );
}

function sortedBy(forms: readonly FormBody[], sort: string): FormBody[] | undefined {
  const timeOf = times.get(sort.replace(/^-/, ""));
  if (!timeOf) return undefined;
  const sign = sort.startsWith("-") ? -1 : 1;
  return [...forms].sort((a, b) => sign * (timeOf(a) - timeOf(b)));
}

const times = new Map([
  ["lineItems.boughtAt", latestPurchase],
  ["updatedAt", latestChange],
]);

function latestPurchase({ lineItems }: FormBody): number {
  return Math.max(...lineItems.map(({ boughtAt }) => Date.parse(boughtAt)));
}

function latestChange({ updatedAt }: FormBody): number {
  return Date.parse(updatedAt);
}

function wholeNumber(text: string | null, fallback: number): number | undefined {
  if (text === null) return fallback;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
