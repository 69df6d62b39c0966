/**
 * "Order N changed", as a hook module of the shop sends it: unsigned, its body a template that the merchant wrote. A
 * secret header says who sends; of the body only the order's id is taken, and the order is read over REST.
 */
import type { Received, WebhookRequest } from "../channel.ts";
import { isOneOf } from "../shared/proof.ts";
import { RowId, Text } from "../shared/wire.ts";
import type { MagentoAccount } from "./account.ts";

/** How a hint names an order of which only the number is known. */
const BY_NUMBER = "increment:";

const MAX_PLACES = 200;

export function receive({ headers, body }: WebhookRequest, account: MagentoAccount): Received {
  const { hintSecret, previousHintSecret, hintHeader } = account;
  if (hintSecret === undefined) return { kind: "refused", status: 404, code: "no-hint-secret" };
  if (!isOneOf(headers[hintHeader] ?? "", [hintSecret, previousHintSecret]))
    return { kind: "refused", status: 401, code: "bad-secret" };
  const id = hintIn(body.toString("utf8"));
  return id === undefined
    ? { kind: "ignored", reason: "no-order-id" }
    : { kind: "refreshes", ids: [id], answer: "accepted" };
}

/** @returns the order number of a hint that has no id */
export function numberOf(hint: string): string | undefined {
  return hint.startsWith(BY_NUMBER) ? hint.slice(BY_NUMBER.length) : undefined;
}

function hintIn(text: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return hintInBroken(text);
  }
  for (const place of placesOf(json)) {
    const hint = hintOf(Reflect.get(place, "entity_id"), Reflect.get(place, "increment_id"));
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** A quote in a buyer's name breaks a template that does not escape it. Addresses have an id too, but no number. */
function hintInBroken(text: string): string | undefined {
  const number = /"increment_id"\s{0,9}:\s{0,9}"([^"\\]+)"/.exec(text)?.[1];
  const id = /"entity_id"\s{0,9}:\s{0,9}"?(\d+)/.exec(text)?.[1];
  return number === undefined ? hintOf(id, undefined) : hintOf(undefined, number);
}

function hintOf(entityId: unknown, incrementId: unknown): string | undefined {
  const id = RowId.safeParse(entityId);
  if (id.success) return id.data;
  const number = Text.parse(incrementId);
  return /^[\x20-\x7e]{1,50}$/.test(number) ? `${BY_NUMBER}${number}` : undefined;
}

/** The objects of a document, the outer ones first: rows and addresses inside an order have ids of their own. */
function* placesOf(root: unknown): Generator<object> {
  const left = [root];
  for (let at = 0; at < left.length && at < MAX_PLACES; at += 1) {
    const value = left[at];
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) yield value;
    left.push(...Object.values(value).slice(0, MAX_PLACES));
  }
}
