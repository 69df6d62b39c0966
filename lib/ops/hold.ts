/** Parking a message that is authentic but unusable: with its raw body, never thrown away. */
import { createHash } from "node:crypto";
import { heldMessage } from "../held.ts";
import type { HeldReason } from "../held-reasons.ts";
import type { App } from "../runtime/app.ts";

type Keeper = Pick<App, "bodies" | "claims" | "explain" | "now">;

/**
 * @param sourceOrder the source's id of the order, or the body's own hash where it names none
 * @param shownAgain `uncounted` where a poll shows it, which may be unchanged
 */
export async function holdRaw(
  app: Keeper,
  account: string,
  sourceOrder: string | undefined,
  reason: HeldReason,
  raw: Buffer,
  shownAgain: "counted" | "uncounted" = "counted",
): Promise<void> {
  const named = sourceOrder ?? `body:${digest(raw)}`;
  const body = await keepRaw(app, account, raw);
  const isNews = await app.claims.hold(heldMessage(account, named, reason, { body }), app.now(), shownAgain);
  if (isNews) app.explain({ verdict: "held", reason, account, sourceOrder: named });
}

/** Stores a raw message under a name made of its own bytes: the same message is stored once. */
export function keepRaw(app: Pick<App, "bodies">, account: string, raw: Buffer): Promise<string> {
  return app.bodies.put(`${account.replace(":", "/")}/${digest(raw)}`, raw);
}

function digest(raw: Buffer): string {
  return createHash("sha256").update(raw).digest("hex").slice(0, 32);
}
