/** Reading one form: its own state decides, whatever an event said. */
import * as z from "zod/mini";
import { keyOf } from "../../core/keys.ts";
import { DAY, type Instant } from "../../core/order.ts";
import { nullishText } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import type { Read } from "../channel.ts";
import { unread } from "../shared/unread.ts";
import type { AllegroAccount } from "./account.ts";
import type { AllegroClient, Answer } from "./client.ts";
import { CheckoutForm, latestPurchase } from "./form.ts";
import { isPartlySent, sightingOf } from "./map.ts";

/** An auction may be paid up to 30 days after the purchase; then Allegro cancels it. */
const UNPAID_MS = 31 * DAY;
const LONGEST_GAP_MS = DAY / 4;

export async function readForm(
  id: string,
  account: AllegroAccount,
  client: AllegroClient,
  now: () => Instant,
): Promise<Read> {
  const answer = await client.get(`/order/checkout-forms/${encodeURIComponent(id)}`);
  switch (answer.status) {
    case 200:
      return formRead(answer, account, client, now());
    case 404:
      // What was ready is not merged any more: then somebody has to know that it is gone.
      return { kind: "absent", reason: "merged", keys: keyOf("internet-id", "allegro", id, 1) };
    case 422:
      return { kind: "absent", reason: "malformed-id" };
    default:
      return answer.status satisfies never;
  }
}

async function formRead(
  { body, text }: Answer,
  account: AllegroAccount,
  client: AllegroClient,
  now: Instant,
): Promise<Read> {
  const parsed = CheckoutForm.safeParse(body);
  if (!parsed.success) return { kind: "unusable", reason: "unreadable-form", raw: text, ...unread(parsed.error) };
  const form = parsed.data;
  const mapped = sightingOf(form, account, isPartlySent(form) ? await sentItems(form.id, client) : undefined);
  if (mapped.kind === "unusable") return { ...mapped, raw: text };
  if (mapped.sighting.readiness !== "waiting") return mapped;
  const againAt = recheckAt(latestPurchase(form) ?? now, account, now);
  return present({ ...mapped, againAt });
}

const shipments = () =>
  z.object({
    shipments: z.array(z.object({ lineItems: z.nullish(z.array(z.object({ id: nullishText }))) })),
  });

/** @returns the ids of the line items that stand in a shipment; undefined where the shipments say nothing of items */
async function sentItems(form: string, client: AllegroClient): Promise<ReadonlySet<string> | undefined> {
  const { body } = await client.get(`/order/checkout-forms/${encodeURIComponent(form)}/shipments`);
  const listed = shipments().safeParse(body).data?.shipments ?? [];
  const ids = listed.flatMap(({ lineItems }) => lineItems ?? []).flatMap(({ id }) => id ?? []);
  return ids.length > 0 ? new Set(ids) : undefined;
}

/**
 * When an unpaid form is read again, which also heals an event that never came: the gap grows with its age, from
 * `recheckSeconds` to six hours. Undefined once it can no longer be paid.
 */
export function recheckAt(boughtAt: Instant, account: AllegroAccount, now: Instant): Instant | undefined {
  const age = Math.max(0, now - boughtAt);
  if (age > UNPAID_MS) return undefined;
  return Math.round(now + Math.min(Math.max(age / 10, account.recheckSeconds * 1000), LONGEST_GAP_MS));
}
