/** An order for a bridge that may speak the version before. */
import type { Submitted } from "../../core/ports/erp.ts";
import type { BridgeRequest } from "./contract.ts";
import { CONTRACT, TOO_OLD } from "./contract-version.ts";

/** @returns `refused`: what its version cannot carry; the order is held, and goes once the bridge is newer */
export async function requestFor(
  bridge: number,
  request: BridgeRequest<"submit">,
): Promise<{ request: object } | { refused: Submitted }> {
  if (bridge >= CONTRACT) return { request };
  const { asContract1 } = await import("./contract-1.ts");
  const older = asContract1(request.order);
  if ("order" in older) return { request: { ...request, order: older.order, contract: bridge } };
  const detail = `the bridge speaks contract ${bridge}, which cannot carry ${older.lacks.join(", ")}`;
  return { refused: { outcome: "rejected", reason: TOO_OLD, retry: false, detail } };
}
