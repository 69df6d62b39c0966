/** What an operator did, remembered beside what it changed. */
import * as z from "zod/mini";
import { Instant } from "./order.ts";
import { anyInt, anyText, optionalText } from "./schemas.ts";

export const Audit = z.lazy(() =>
  z.object({
    /** Names the request; with `index` the entry, since one request may change several orders. */
    request: anyText,
    index: anyInt,
    at: Instant,
    do: anyText,
    order: optionalText,
    case: optionalText,
    /** Its state in words, such as `held:erp-sku-unknown`. */
    before: anyText,
    after: anyText,
    /** As it was typed. */
    by: anyText,
    /** The caller's ARN, where the caller's credentials proved it. */
    byProven: optionalText,
    note: optionalText,
    /** Until when it is remembered. */
    until: Instant,
  }),
);
export type Audit = z.infer<typeof Audit>;
