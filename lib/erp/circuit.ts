/**
 * Whether the ERP is asked at all: a value, so that a metric can show it, and its changes as pure functions.
 *
 * `closed`: it answers. `open`: it failed several times in a row and is left alone until `until`. `trying`: one order
 * is at it, to see; the rest waits for what comes of it, at most until `until`.
 *
 * An order can fail by itself, for ever, at an ERP that is well. So one order alone never opens it: a failure of the order
 * that failed last adds nothing.
 */
import type { Instant } from "../order.ts";

export type Circuit =
  /** `opened`: how often it was open before, while no order has been settled since. */
  | { state: "closed"; failures: number; last?: string; opened?: number }
  | { state: "open"; opened: number; until: Instant }
  | { state: "trying"; opened: number; until: Instant };

export type CircuitLimits = {
  /** So many failures in a row open it, no two of the same order after each other. At least 2. */
  failures: number;
  /** How long it stays open: at first, doubling, and at most. Milliseconds. */
  shortestMs: number;
  longestMs: number;
};

export const CIRCUIT_LIMITS: CircuitLimits = { failures: 5, shortestMs: 15_000, longestMs: 5 * 60_000 };

export const CLOSED: Circuit = { state: "closed", failures: 0 };

/** May one more order go to the ERP? The one that finds an open circuit over its time is the one that tries. */
export function admit(circuit: Circuit, now: Instant, limits: CircuitLimits): { admitted: boolean; circuit: Circuit } {
  if (circuit.state === "closed") return { admitted: true, circuit };
  if (now < circuit.until) return { admitted: false, circuit };
  const trying: Circuit = { state: "trying", opened: circuit.opened, until: now + pauseMs(circuit.opened, limits) };
  return { admitted: true, circuit: trying };
}

/**
 * The ERP answered. A question that it answered closes the circuit without forgetting that it takes no orders, and since when;
 * `settled`: it gave a clear word on an order, and all is forgotten.
 */
export function answered(circuit: Circuit, what: "asked" | "settled", limits: CircuitLimits): Circuit {
  if (what === "settled") return CLOSED;
  if (circuit.state === "closed") return circuit;
  return { state: "closed", failures: limits.failures - 1, opened: circuit.opened };
}

/** @param order whose failure it was; a failure that names none always counts */
export function failed(circuit: Circuit, now: Instant, limits: CircuitLimits, order?: string): Circuit {
  if (circuit.state === "open") return circuit;
  const times = circuit.opened ?? 0;
  if (circuit.state === "trying") return opened(times + 1, now, limits);
  if (order !== undefined && order === circuit.last) return circuit;
  const failures = circuit.failures + 1;
  if (failures >= limits.failures) return opened(times + 1, now, limits);
  return {
    state: "closed",
    failures,
    ...(times > 0 && { opened: times }),
    ...(order !== undefined && { last: order }),
  };
}

function opened(times: number, now: Instant, limits: CircuitLimits): Circuit {
  return { state: "open", opened: times, until: now + pauseMs(times, limits) };
}

/** For a metric: 0 closed, 1 trying, 2 open. */
export function circuitLevel({ state }: Circuit): 0 | 1 | 2 {
  return state === "closed" ? 0 : state === "trying" ? 1 : 2;
}

function pauseMs(opened: number, { shortestMs, longestMs }: CircuitLimits): number {
  return Math.min(longestMs, shortestMs * 2 ** (opened - 1));
}
