/**
 * Which version of the contract each end speaks. Every body says it in `contract`, signed with the rest: a question, the
 * version in which it is written; an answer, the version of who answers. Before version 2 nobody said one. Pure.
 *
 * Kojarz serves the bridges of its own version and of the one before. To that one it writes an order in the older shape,
 * and holds what that cannot carry. A bridge serves every older Kojarz: its schemas read what was written then.
 */
import type { Outcome } from "../../core/ports/outbox.ts";

/** The version that this code speaks. */
export const CONTRACT = 2;

const FIRST = 1;

/** @param body of a question or an answer, from outside; one that says no version is of version 1 */
export function contractOf(body: unknown): number {
  const said = typeof body === "object" && body !== null && "contract" in body ? body.contract : undefined;
  return typeof said === "number" && Number.isInteger(said) ? said : FIRST;
}

/** The word for it in an answer, and the reason where an order is held or put off for it. */
export const TOO_OLD = "bridge-too-old";

/** One line for both ends. Nothing was done. */
export class BridgeTooOld extends Error {
  constructor(bridge: number, kojarz: number) {
    super(
      `the bridge speaks contract ${bridge}, and Kojarz speaks ${kojarz} and serves ${kojarz - 1}: install a newer kojarz-bridge`,
    );
    this.name = "BridgeTooOld";
  }
}

/** Kojarz's word to a bridge of this version; undefined where it is served. What it has done already is heard. */
export function tooOldForKojarz(operation: string, bridge: number): BridgeTooOld | undefined {
  const isServed = operation === "ack" || bridge >= (operation === "shadow" ? SHADOW_SINCE : CONTRACT - 1);
  return isServed ? undefined : new BridgeTooOld(bridge, CONTRACT);
}

/** The first version with a read for reports on shadow mode. */
const SHADOW_SINCE = 2;

/** The bridge's own word on a question of this version: it takes no order in a shape that it does not know. */
export function tooOldForBridge(operation: string, question: number): BridgeTooOld | undefined {
  const isUnknown = operation === "submit" ? question > CONTRACT : question > CONTRACT + 1;
  return isUnknown ? new BridgeTooOld(CONTRACT, question) : undefined;
}

/** 426: whoever asked is told why, in one line. */
export function answerOf({ message }: BridgeTooOld): Outcome {
  return { status: 426, body: { error: TOO_OLD, detail: message } };
}
