import { DAY, type Instant } from "../../core/order.ts";
import type { AllegroAccount } from "./account.ts";

/** From when on an account is read at all: older purchases are in the ERP already, by whatever brought them there. */
export function startOf(account: AllegroAccount, now: Instant): Instant {
  return account.acceptFrom ?? now - DAY;
}
