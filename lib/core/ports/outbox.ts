/** Work that waits for a bridge that fetches it. */
import * as z from "zod/mini";
import type { Instant } from "../order.ts";
import { anyInt, anyText, anything } from "../schemas.ts";

export const OperationName = z.enum(["find", "submit", "cancel", "read", "list", "shadow"]);
export type OperationName = z.infer<typeof OperationName>;

/** A piece of work as the bridge gets it, and what it made of it. */
export const Work = z.object({
  id: anyText,
  token: anyText,
  operation: OperationName,
  request: anything,
});
export type Work = z.infer<typeof Work>;

/** What the bridge's server would have answered: a status of HTTP and a body of JSON. */
export const Outcome = z.object({ status: anyInt, body: anything });
export type Outcome = z.infer<typeof Outcome>;

export type Outbox = {
  /** Durable when it returns. Nobody gets it at or after `until`. */
  put(work: { id: string; operation: OperationName; request: unknown }, until: Instant): Promise<void>;
  /** Pieces that nobody has, each under a token, first what is soonest over. None is given out twice. */
  handOut(max: number, now: Instant, token: () => string): Promise<Work[]>;
  /** False when it was taken back meanwhile, or was another's. */
  ack(id: string, token: string, outcome: Outcome): Promise<boolean>;
  outcome(id: string): Promise<Outcome | undefined>;
  /** Ends it: nobody fetches it, no ack is taken. Says whether somebody had fetched it, and what was acked; asked again, the same. */
  takeBack(id: string): Promise<{ fetched: boolean; outcome?: Outcome }>;
};
