/** Reading one form: its own state decides, whatever an event said. */
import { keyOf } from "../../dedup/keys.ts";
import { DAY, type Instant } from "../../order.ts";
import type { Read } from "../channel.ts";
import type { AllegroAccount } from "./account.ts";
import type { AllegroClient, Answer } from "./client.ts";
import { CheckoutForm, latestPurchase } from "./form.ts";
import { sightingOf } from "./map.ts";

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
      return formRead(answer, account, now());
    case 404:
      // What was ready is not merged any more: then somebody has to know that it is gone.
      return { kind: "absent", reason: "merged", keys: keyOf("internet-id", "allegro", id, 1) };
    case 422:
      return { kind: "absent", reason: "malformed-id" };
    default:
      return answer.status satisfies never;
  }
}

function formRead({ body, text }: Answer, account: AllegroAccount, now: Instant): Read {
  const form = CheckoutForm.safeParse(body).data;
  if (!form) return { kind: "unusable", reason: "unreadable-form", raw: text };
  const mapped = sightingOf(form, account);
  if (mapped.kind === "unusable") return { ...mapped, raw: text };
  if (mapped.sighting.readiness !== "waiting") return mapped;
  const againAt = recheckAt(latestPurchase(form) ?? now, account, now);
  return { ...mapped, ...(againAt !== undefined && { againAt }) };
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
