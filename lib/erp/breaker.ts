/**
 * One circuit around an ERP adapter. It hears every answer and says whether one more order may go there, so that an ERP
 * that is down costs neither calls nor writes, and is started again by one order instead of by all.
 */
import type { Instant } from "../order.ts";
import { admit, answered, CIRCUIT_LIMITS, type Circuit, type CircuitLimits, CLOSED, failed } from "./circuit.ts";
import type { Erp, Submitted } from "./erp.ts";
import type { Gate } from "./turn.ts";

export type Breaker = {
  /** The adapter, heard. It is never kept from answering: who asks the gate first decides. */
  erp: Erp;
  gate: Gate;
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
    gate: {
      admits() {
        const result = admit(circuit, now(), limits);
        circuit = result.circuit;
        return result.admitted;
      },
      closedUntil: () => (circuit.state === "closed" ? undefined : circuit.until),
    },
    circuit: () => circuit,
  };
}

function wordOf(answer: Submitted): "settled" | "failed" {
  return answer.outcome === "in-doubt" || (answer.outcome === "rejected" && answer.retry) ? "failed" : "settled";
}
