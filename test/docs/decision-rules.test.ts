/** Plays each example of `docs/decision-rules.md` through the real intake. */
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { keyOf } from "../../lib/core/keys.ts";
import { parseMinor } from "../../lib/core/money.ts";
import { DAY, type Sighting } from "../../lib/core/order.ts";
import { deliverOnce } from "../support/deliver-once.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, sighting } from "../support/sightings.ts";
import { samples } from "./pages.ts";

const Report = z.strictObject({
  by: z.string(),
  id: z.string(),
  /** The shop's own customer order number. */
  number: z.optional(z.string()),
  /** The Allegro id that a trusted field shows. */
  allegro: z.optional(z.string()),
  /** The shop's number, and its id, as BaseLinker names them. */
  shopNumber: z.optional(z.string()),
  shopId: z.optional(z.string()),
  /** An Allegro id in a free field. */
  trace: z.optional(z.string()),
  total: z.string(),
  /** Who bought it: a name, of which a mail address and a telephone follow. */
  buyer: z.optional(z.string()),
  status: z._default(z.enum(["ready", "waiting", "cancelled"]), "ready"),
  version: z._default(z.number(), 1),
  /** The ERP takes the order after this report. */
  delivered: z.optional(z.literal(true)),
  /** This report comes so many days after the first. */
  afterDays: z._default(z.number(), 0),
  verdict: z.string(),
  reason: z.optional(z.string()),
  /** The canonical order, by a letter. */
  order: z.optional(z.string()),
});
type Report = z.infer<typeof Report>;

const SHOP = "woocommerce:main";

function sightingOf({ by, id, total, buyer, status, version, ...ids }: Report): Sighting {
  const own = by.startsWith("allegro:") ? [] : keyOf("internet-id", by, id, by === SHOP ? 2 : 4);
  const known = sighting({
    account: by,
    sourceOrder: id,
    version: NOW + version,
    placedAt: NOW,
    readiness: status,
    status,
    total: parseMinor(total, "PLN") ?? 0,
    keys: [
      ...own,
      ...keyOf("internet-id", "allegro", ids.allegro, 1),
      ...keyOf("internet-id", SHOP, ids.shopId, 2),
      ...keyOf("customer-number", SHOP, ids.number ?? ids.shopNumber, 3),
      ...keyOf("internet-id", "allegro", ids.trace, 4),
    ],
  });
  return buyer ? { ...known, report: { ...known.report, buyer: personOf(buyer) } } : known;
}

function personOf(name: string): Sighting["report"]["buyer"] {
  return { email: `${name}@example.com`, phone: `600 100 ${String(name.length).padStart(3, "0")}` };
}

test.each(samples(({ kind }) => kind === "decision"))(
  "the example at $name comes out as it says",
  async ({ fence }) => {
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    const letters = new Map<string, string>();
    for (const report of z.array(Report).parse(JSON.parse(fence.text))) {
      floor.now = NOW + report.afterDays * DAY;
      const outcome = await floor.report(sightingOf(report));
      expect(outcome).toMatchObject({ verdict: report.verdict, ...(report.reason && { reason: report.reason }) });
      if (report.order !== undefined && outcome.order !== undefined) {
        if (!letters.has(report.order)) letters.set(report.order, outcome.order);
        expect(outcome.order).toBe(letters.get(report.order));
        expect([...letters.values()].filter((order) => order === outcome.order)).toHaveLength(1);
      }
      if (report.delivered && outcome.order)
        expect(await deliverOnce(claims, outcome.order, floor.now)).toBe("delivered");
    }
  },
);
