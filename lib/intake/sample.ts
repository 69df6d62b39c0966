/**
 * A sample goes the whole way of a webhook request up to the decision, and leaves nothing. What makes it one is a token in a
 * header, of which an operator stored the mark: a body that calls itself a sample is an order like any other.
 */
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { Instant } from "../core/order.ts";
import type { Samples } from "../core/ports/samples.ts";
import { AccountName } from "../core/schemas.ts";

export const SAMPLE_HEADER = "x-kojarz-sample";

/** How long a token waits for its sample. */
const WAITS_MS = 300_000;

/** What an operator's function is asked: the next request of this account with the token of this mark is a sample. */
export const Sampling = z.lazy(() =>
  z.strictObject({ sample: AccountName, mark: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
);
export type Sampling = z.infer<typeof Sampling>;

type SampleParts = { samples: Samples; now: () => Instant };

/** @returns when it ends, used or not */
export async function allowSample({ samples, now }: SampleParts, { sample, mark }: Sampling): Promise<Instant> {
  const until = now() + WAITS_MS;
  await samples.allow(sample, mark, until);
  return until;
}

export function isSample({ samples, now }: SampleParts, account: string, token: string): Promise<boolean> {
  return samples.use(account, markOf(token), now());
}

export function markOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
