/** What is configured: settings that hold for all, and accounts. What an account is, its channel says: see `accounts.ts`. */
import * as z from "zod/mini";
import type { AccountBase } from "../channels/channel.ts";
import { AccountName, positiveInt, positiveNumber } from "../core/schemas.ts";
import { MOST_PARTITIONS } from "../core/writes.ts";
import { Writer } from "../erp/writers.ts";
import { Moment } from "../runtime/moment.ts";

const ModeOf = z.lazy(() => z.union([z.literal("live"), z.literal("shadow"), z.strictObject({ liveFrom: Moment })]));

const fields = () =>
  z.strictObject({
    /**
     * `shadow`: everything runs, and nothing is written to the ERP, BaseLinker or a shop. `{"liveFrom": …}` leaves it: what
     * becomes an order from then on is forwarded. By account: `{"woocommerce:main": "shadow"}`.
     */
    mode: z._default(z.union([ModeOf, z.record(AccountName, ModeOf)]), "live"),
    /** For how many days a purchase is recognised, from its first acceptance. */
    windowDays: z._default(z.number().check(z.positive(), z.lte(365)), 14),
    /** For how many days internet ids are remembered, so that a late report makes no second order. */
    memoryDays: z._default(z.number().check(z.positive(), z.lte(3650)), 90),
    /** For how many days an open case keeps personal data; a person is told a week before. */
    caseDays: z._default(z.number().check(z.positive(), z.lte(365)), 60),
    /** For how many seconds one owner may work on an order or a feed. The ERP's own deadline is shorter. */
    leaseSeconds: z._default(z.number().check(z.positive(), z.lte(900)), 60),
    /** Larger bodies are refused with 413. Lambda takes 6 MB, base64 included. */
    maxBodyBytes: z._default(positiveInt, 4 * 1024 * 1024),
    /** For how many days an order may stay unconfirmed or unpaid at its source. */
    waitingDays: z._default(positiveNumber, 31),
    /** How many orders a sweep brings to the ERP at once. */
    erpAtOnce: z._default(z.int().check(z.gte(1), z.lte(50)), 8),
    /** How many orders a sweep starts in a second. */
    erpPerSecond: z._default(z.number().check(z.positive(), z.lte(1000)), 20),
    /** Over how many partitions the index of orders under way is spread: each takes some 160 orders a second. */
    indexPartitions: z._default(z.int().check(z.gte(1), z.lte(MOST_PARTITIONS)), 1),
    /** What the values of other writers in the ERP mean. Without it their orders are neither registered nor compared. */
    erpWriters: z._default(z.array(Writer), []),
  });

/** What holds for every account. */
export const settings = () => fields().check(z.superRefine(remembersItsWindow));
export const Settings = z.lazy(settings);
export type Settings = z.infer<typeof Settings>;

export type Config = Settings & { accounts: AccountBase[] };

function remembersItsWindow(
  { windowDays, memoryDays }: z.infer<ReturnType<typeof fields>>,
  ctx: z.core.$RefinementCtx,
): void {
  if (memoryDays < windowDays)
    ctx.addIssue({ code: "custom", path: ["memoryDays"], message: "must not be shorter than windowDays" });
}

/** A mistyped account would not be in shadow mode, and be written. */
export function strangersIn({ mode }: Settings, accounts: readonly string[]): string[] {
  if (typeof mode === "string" || typeof mode.liveFrom === "number") return [];
  return Object.keys(mode).filter((name) => !accounts.includes(name));
}

/** The configuration cannot be used; `message` names every mistake by its path and no value. */
export class ConfigError extends Error {
  constructor(mistakes: readonly string[], options?: ErrorOptions) {
    super(`configuration: ${mistakes.join("; ")}`, options);
    this.name = "ConfigError";
  }
}
