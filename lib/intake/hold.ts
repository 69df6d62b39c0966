/** Parking a message that is authentic but unusable: with its raw body, never thrown away. */
import { createHash } from "node:crypto";
import { heldId, heldMessage } from "../core/held.ts";
import type { HeldReason } from "../core/held-reasons.ts";
import type { Instant } from "../core/order.ts";
import type { Bodies } from "../core/ports/bodies.ts";
import type { Claims } from "../core/ports/claims.ts";
import type { Explain } from "../core/ports/explain.ts";
import { present } from "../core/writes.ts";

type Keeper = { bodies: Bodies; claims: Pick<Claims, "hold">; explain: Explain; now: () => Instant };

/** `sourceOrder`: the source's id of the order. `detail`: what a person needs to know beside the reason. */
type Message = { sourceOrder?: string; reason: HeldReason; detail?: string };

/**
 * @param message without an id it is held under the hash of its own body
 * @param shownAgain `uncounted` where a poll shows it, which may be unchanged
 */
export async function holdRaw(
  keeper: Keeper,
  account: string,
  { sourceOrder, reason, detail }: Message,
  raw: Buffer,
  shownAgain: "counted" | "uncounted" = "counted",
): Promise<void> {
  const named = sourceOrder ?? `body:${digest(raw)}`;
  const body = await keepRaw(keeper, account, heldId(account, named, reason), raw);
  const message = heldMessage(account, named, reason, present({ body, detail }));
  const isNews = await keeper.claims.hold(message, keeper.now(), shownAgain);
  if (isNews) keeper.explain(present({ verdict: "held", reason, account, sourceOrder: named, note: detail }));
}

/**
 * Stores a raw message under a name made of its case and its own bytes: said again it is stored once, and the end of one case takes
 * nothing from another that the same message opened.
 */
export function keepRaw(keeper: Pick<Keeper, "bodies">, account: string, caseId: string, raw: Buffer): Promise<string> {
  return keeper.bodies.put(`${account.replace(":", "/")}/${caseId}-${digest(raw)}`, raw);
}

function digest(raw: Buffer): string {
  return createHash("sha256").update(raw).digest("hex").slice(0, 32);
}
