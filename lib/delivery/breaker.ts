/**
 * The circuit breaker around an ERP adapter. It hears every answer and says whether one more order may go to the ERP. An
 * ERP that is down then costs neither calls nor writes, and one order tries it before all others follow.
 */
import type { Instant } from "../core/order.ts";
import { BRIDGE_BUSY, type Erp, type Submitted } from "../core/ports/erp.ts";
import { present } from "../core/writes.ts";
import type { CircuitBreaker } from "./lease.ts";

/** An ERP with a circuit breaker that hears it. */
export type Breaker = {
  /** The adapter, with each answer heard. It blocks no call itself: the caller asks `breaker.allows()` first. */
  erp: Erp;
  breaker: CircuitBreaker;
  circuit(): Circuit;
};

export function breaker(erp: Erp, now: () => Instant, limits: CircuitLimits = CIRCUIT_LIMITS): Breaker {
  let circuit = CLOSED;

  async function heard<T>(
    order: string,
    call: () => Promise<T>,
    settles: (result: T) => "asked" | "settled" | "failed",
  ): Promise<T> {
    let result: T;
    try {
      result = await call();
    } catch (cause) {
      circuit = failed(circuit, now(), limits, order);
      throw cause;
    }
    const what = settles(result);
    circuit = what === "failed" ? failed(circuit, now(), limits, order) : answered(circuit, what, limits);
    return result;
  }

  return {
    erp: {
      name: erp.name,
      find: (query) =>
        heard(
          query.order,
          () => erp.find(query),
          () => "asked",
        ),
      submit: (order, deadline) => heard(order.order, () => erp.submit(order, deadline), wordOf),
      cancel: (ref, order) =>
        heard(
          order,
          () => erp.cancel(ref, order),
          () => "settled",
        ),
    },
    breaker: {
      allows() {
        const result = admit(circuit, now(), limits);
        circuit = result.circuit;
        return result.admitted;
      },
      tryNow() {
        if (circuit.state === "open") circuit = { ...circuit, until: now() };
      },
      openUntil: () => (circuit.state === "closed" ? undefined : circuit.until),
    },
    circuit: () => circuit,
  };
}

function wordOf(answer: Submitted): "asked" | "settled" | "failed" {
  if (answer.outcome === "rejected" && answer.reason === BRIDGE_BUSY) return "asked";
  return answer.outcome === "in-doubt" || (answer.outcome === "rejected" && answer.retry) ? "failed" : "settled";
}

/**
 * Whether the ERP is asked at all: a value, so that a metric can show it. It changes by pure functions.
 *
 * `closed`: it answers. `open`: it failed several times in a row and is left alone until `until`. `trying`: one order
 * is at it, to see; the rest waits for what comes of it, at most until `until`.
 *
 * An order can fail by itself, for ever, at an ERP that is well. So one order alone never opens it: a failure of the order
 * that failed last adds nothing.
 */
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

const CIRCUIT_LIMITS: CircuitLimits = { failures: 5, shortestMs: 15_000, longestMs: 5 * 60_000 };

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
  return present({ state: "closed", failures, opened: times > 0 ? times : undefined, last: order });
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
