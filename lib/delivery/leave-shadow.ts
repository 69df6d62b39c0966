/**
 * Leaving shadow mode at once. What is kept in that mode is looked at now and then, every six hours at the latest; where an
 * account has left it since the last run, all of it is looked at now.
 */
import { type Instant, isShadowed, type Order } from "../core/order.ts";
import type { Claims, Write } from "../core/ports/claims.ts";
import type { Modes } from "../core/rules.ts";
import { isInShadow, isKeptInShadow, LONGEST_LOOK, outOfShadow } from "../core/states.ts";
import { forEachLimit, type UpdateDeps, updateOrder } from "../core/writes.ts";
import { withTurn } from "./lease.ts";

const ALL = "*";

/** The accounts that are in shadow mode, with spaces between; `*` for all that are not named. */
export function keptAccounts(modes: Modes | undefined, now: Instant): string {
  if (modes === undefined || modes === "live") return "";
  if (isInShadow(modes, ALL, now)) return ALL;
  const named = typeof modes === "object" ? Object.keys(modes) : [];
  return named.filter((name) => isInShadow(modes, name, now)).join(" ");
}

/** Whether an account that was in shadow mode is in it no more. Both as `keptAccounts` writes them. */
export function haveLeft(before: string, now: string): boolean {
  if (before === ALL || now === ALL) return before === ALL && now !== ALL;
  const still = new Set(now.split(" "));
  return before.split(" ").some((name) => name !== "" && !still.has(name));
}

export type LeavingDeps = UpdateDeps & {
  claims: Pick<Claims, "due" | "read" | "commit">;
  modes?: Modes | undefined;
  unique: () => string;
  endUntil?: Instant;
};

/** Each costs a read, and a write where it left. What is beyond is looked at when it is due by itself. */
const MOST = 2_000;
const AT_ONCE = 8;

export type Left = {
  left: number;
  /** Everything was looked at: no further run has to do it. */
  ended: boolean;
};

/**
 * An order that cannot be written now is left to the next run.
 * @throws when the list cannot be read
 */
export async function leaveShadow(deps: LeavingDeps): Promise<Left> {
  const ids = await deps.claims.due(deps.now() + LONGEST_LOOK, MOST, "ends");
  const isTimeUp = () => deps.now() >= (deps.endUntil ?? Number.POSITIVE_INFINITY);
  let [left, looked] = [0, 0];
  const look = async (id: string) => {
    const order = await deps.claims.read(id);
    if (order && (await isOutNow(order, deps))) left += 1;
    looked += 1;
  };
  await forEachLimit(ids, AT_ONCE, (id) => look(id).catch(() => undefined), isTimeUp);
  return { left, ended: looked === ids.length && (ids.length < MOST || left === 0) };
}

async function isOutNow(order: Order, deps: LeavingDeps): Promise<boolean> {
  const result = await updateOrder(
    order,
    (current) => {
      if (!current || !leavesShadow(current, deps.modes, deps.now())) return { result: false };
      return { write: leavingWrite(current, deps.unique(), deps.now()), result: true };
    },
    deps,
  );
  if (result === "raced") throw new Error("the races for one order did not end");
  return result === true;
}

export function leavesShadow(order: Order, modes: Modes | undefined, now: Instant): boolean {
  return isShadowed(order) && order.expiresAt > now && !isKeptInShadow(order, modes, now);
}

export function leavingWrite(order: Order, stamp: string, now: Instant): Write {
  return { order: { before: order, after: withTurn(outOfShadow(order, stamp, now), now) }, keys: [] };
}
