/** What a decision says, and what it is made from. */
import type { Change } from "./changes.ts";
import type { HeldReason } from "./held-reasons.ts";
import type { Candidate } from "./identity.ts";
import type { Key } from "./keys.ts";
import type { Instant, OpenNotice, Order, Sighting, Verdict } from "./order.ts";
import type { Found, Write } from "./ports/claims.ts";
import type { Rules } from "./rules.ts";
import { present } from "./writes.ts";

export type Decision = Judged & {
  order?: string;
  /** The key that decided. */
  key?: Key;
  write?: Write;
  /** Orders that turn out to be one purchase, or that may be. */
  joins?: Order[];
  /** All orders, by their ids, that what is told has named so far, where it was told before. */
  named?: string[] | undefined;
  /** What a person has to be told beside the verdict: the ERP has the order as it was before. */
  tell?: HeldReason;
  /** Of whose report it is told, where that is not the one decided on. */
  about?: Pick<OpenNotice, "account" | "sourceOrder">;
  /** What differs from what the ERP was given. */
  changes?: Change[];
  /** It is older than what was heard last and says otherwise: its source has to be asked. */
  recheck?: true;
  /** Other orders of its source that have to be read, see `Joined`. */
  reread?: string[];
};

/** A verdict and why. What is held has one of the declared reasons, which people find explained. */
export type Judged = { verdict: "held"; reason: HeldReason } | { verdict: Exclude<Verdict, "held">; reason: string };

/** What a report is judged by. */
export type Evidence = {
  /** The report, with no key that decides nothing any more. */
  sighting: Sighting;
  /** The orders that its keys point to. */
  candidates: readonly Candidate[];
  /** Its keys that point to none, or that it may take from the order they point to. */
  free: readonly Key[];
  /** All that the store showed of its keys. */
  found: Found;
  now: Instant;
  rules: Rules;
};

export function held(reason: HeldReason, order?: string, key?: Key): Decision {
  return present({ verdict: "held", reason, order, key });
}

export function ignored(reason: string): Decision {
  return { verdict: "ignored", reason };
}
