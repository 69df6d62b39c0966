/** The scenarios of the explorer, as data. Each has few purchases and few mishaps: what fails does so with few. */
import type { Instant, Sighting } from "../../lib/core/order.ts";
import { DAY } from "../../lib/core/order.ts";
import type { Writer } from "../../lib/erp/writers.ts";
import {
  allegroId,
  type Changes,
  fromAllegro,
  fromBaseLinker,
  NOW,
  number,
  OTHER_UUID,
  shopId,
  sighting,
  UUID,
} from "../support/sightings.ts";
import type { Purchase, Scenario } from "./scenario.ts";
import type { Setting } from "./stories.ts";

const CALLED: Setting = { bridge: "call", writers: [] };
const FETCHED: Setting = { bridge: "fetch", writers: [] };

/** What another integrator writes: the marketplace's id as it is. */
const WRITERS: readonly Writer[] = [
  { column: "internetId", template: "{id}", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 },
];

const report = (one: Sighting, after: readonly number[] = []) => ({ act: "report" as const, sighting: one, after });

/** The shop's order of a purchase on the marketplace, with the marketplace's id in a field of its own. */
const shopOfAllegro = (changes: Changes = {}) =>
  sighting({ keys: [shopId("271"), number("1001"), allegroId()], ...changes });
const at = (version: Instant, changes: Changes = {}) => ({ version: NOW + version, ...changes });

const SHOP: Purchase = { ids: ["271", "1001"], ends: "in-erp", total: 5899 };
const ALLEGRO: Purchase = { ids: [UUID, "271", "1001", "800000101"], ends: "in-erp", total: 5899 };
const base = { start: NOW, setting: CALLED } as const;

export const scenarios: readonly Scenario[] = [
  {
    ...base,
    name: "three sources at once",
    about: "shop, BaseLinker and Allegro report one purchase at the same instant, and one of their webhooks dies",
    acts: [report(shopOfAllegro()), report(fromBaseLinker()), report(fromAllegro())],
    purchases: [ALLEGRO],
    starts: { deliver: 1 },
    budget: { crash: 1 },
  },
  {
    ...base,
    name: "torn reads",
    about: "each item of a batch is read by itself while another source claims the same keys",
    acts: [report(shopOfAllegro()), report(fromAllegro())],
    purchases: [ALLEGRO],
    starts: { deliver: 1 },
    budget: { crash: 1 },
    isTorn: true,
  },
  {
    ...base,
    name: "a repeat read at once",
    about: "a report is repeated, its order read before its keys, while another source reports and the connector works",
    acts: [report(shopOfAllegro()), report(shopOfAllegro(), [0]), report(fromAllegro())],
    purchases: [ALLEGRO],
    starts: { deliver: 1 },
    isTorn: "at-once",
  },
  {
    ...base,
    name: "a cancel beside a repeat read at once",
    about: "a report is repeated, its order read before its keys, while the shop cancels it",
    acts: [
      report(sighting(at(1))),
      report(sighting(at(1)), [0]),
      report(sighting(at(5, { readiness: "cancelled", status: "cancelled" })), [0]),
    ],
    purchases: [{ ...SHOP, ends: "not-in-erp" }],
    starts: { deliver: 1 },
    isTorn: "at-once",
  },
  {
    ...base,
    name: "lost answers",
    about: "the store does what it was asked and the answer gets lost, or does not do it",
    acts: [report(shopOfAllegro()), report(fromAllegro())],
    purchases: [ALLEGRO],
    starts: { deliver: 1, tick: 1 },
    budget: { store: 2 },
  },
  {
    ...base,
    name: "in doubt",
    about: "a submit is in doubt and was never, or is already, or will later be done; the clock goes to every deadline",
    acts: [report(sighting())],
    purchases: [SHOP],
    starts: { deliver: 2, sweep: 1, tick: 2 },
    budget: { erp: 2 },
  },
  {
    ...base,
    name: "dying connectors",
    about: "stream and sweep meet at one order, and each may die before and after every call",
    acts: [report(sighting())],
    purchases: [SHOP],
    starts: { deliver: 2, sweep: 1, tick: 1 },
    budget: { crash: 2 },
  },
  {
    ...base,
    name: "clocks that differ",
    about: "the clocks of two connectors differ by five seconds while a submit is in doubt",
    acts: [report(sighting())],
    purchases: [SHOP],
    starts: { deliver: 2, tick: 2 },
    budget: { erp: 1 },
    skewsMs: [-5_000, 5_000],
  },
  {
    ...base,
    name: "cancelled on its way",
    about: "the shop cancels while the order goes to the ERP",
    acts: [report(sighting(at(1))), report(sighting(at(2, { readiness: "cancelled", status: "cancelled" })))],
    purchases: [{ ...SHOP, ends: "not-in-erp" }],
    starts: { deliver: 2 },
    budget: { crash: 1, erp: 1 },
  },
  {
    ...base,
    name: "cancelled and ready again",
    about: "ready, cancelled and ready again arrive in any order while the order goes to the ERP",
    acts: [
      report(sighting(at(1))),
      report(sighting(at(5, { readiness: "cancelled", status: "cancelled" }))),
      report(sighting(at(9))),
    ],
    purchases: [SHOP],
    starts: { deliver: 1, tick: 1 },
    budget: { crash: 1 },
  },
  {
    ...base,
    name: "versions 1, 9, 5: cancelled last",
    about: "the shop's reports come as versions 1, 9 and 5, in any order; the latest is a cancel",
    acts: [
      report(sighting(at(1, { readiness: "waiting", status: "pending" }))),
      report(sighting(at(9, { readiness: "cancelled", status: "cancelled" }))),
      report(sighting(at(5))),
    ],
    purchases: [{ ...SHOP, ends: "not-in-erp" }],
    starts: { deliver: 2 },
    budget: { crash: 1 },
  },
  {
    ...base,
    name: "versions 1, 9, 5: edited twice",
    about: "an order is edited twice while it goes to the ERP; the versions arrive in any order",
    acts: [report(sighting(at(1))), report(sighting(at(9, { total: 9900 }))), report(sighting(at(5, { total: 7000 })))],
    purchases: [{ ...SHOP, total: 9900 }],
    starts: { deliver: 1, tick: 1 },
    budget: { crash: 1 },
  },
  {
    ...base,
    name: "edited while in doubt",
    about: "the shop edits the order while nobody knows whether the ERP has it",
    acts: [report(sighting(at(1))), report(sighting(at(2, { total: 9900 })))],
    purchases: [{ ...SHOP, total: 9900 }],
    starts: { deliver: 2, tick: 1 },
    budget: { erp: 1 },
  },
  {
    ...base,
    name: "waiting at one, ready at the other",
    about: "the shop waits for the payment that Allegro has seen already",
    acts: [report(shopOfAllegro({ readiness: "waiting", status: "pending" })), report(fromAllegro())],
    purchases: [ALLEGRO],
    starts: { deliver: 2 },
    budget: { crash: 1, erp: 1 },
  },
  {
    ...base,
    name: "a late bridge",
    about: "shop and Allegro become two orders before BaseLinker's report shows that they are one",
    acts: [
      report(sighting()),
      report(fromAllegro()),
      report(fromBaseLinker({ keys: [allegroId(), shopId("271")] }), []),
    ],
    purchases: [ALLEGRO],
    starts: { deliver: 2 },
    isUnknowable: "two orders are in the ERP before the only report that joins them",
  },
  {
    ...base,
    name: "one number, two purchases",
    about: "two purchases of one shop carry the same customer number and the same total",
    acts: [
      report(sighting()),
      report(sighting({ sourceOrder: "272", keys: [shopId("272"), number("1001")] })),
      report(fromBaseLinker({ keys: [shopId("272")] }), [1]),
    ],
    purchases: [
      { ids: ["271"], ends: "in-erp", total: 5899 },
      { ids: ["272", "800000101"], ends: "in-erp", total: 5899 },
    ],
    starts: { deliver: 1 },
    budget: { crash: 1 },
  },
  {
    ...base,
    name: "two purchases of one second",
    about: "two marketplace purchases with equal totals come at once from two sources each",
    acts: [
      report(fromAllegro()),
      report(fromBaseLinker()),
      report(fromAllegro({ sourceOrder: OTHER_UUID, keys: [allegroId(OTHER_UUID)] })),
      report(fromBaseLinker({ sourceOrder: "800000102", keys: [allegroId(OTHER_UUID)] })),
    ],
    purchases: [
      { ids: [UUID, "800000101"], ends: "in-erp", total: 5899 },
      { ids: [OTHER_UUID, "800000102"], ends: "in-erp", total: 5899 },
    ],
    starts: { deliver: 1 },
  },
  {
    ...base,
    name: "another writer",
    about: "another integrator writes the purchase to the ERP while Kojarz does, and the watch reads both",
    setting: { bridge: "call", writers: WRITERS },
    acts: [report(fromAllegro()), { act: "foreign", entry: { internetId: UUID, currency: "PLN", total: 5899 } }],
    purchases: [ALLEGRO],
    starts: { deliver: 1, watch: 1, tick: 1 },
    budget: { crash: 1 },
    isUnknowable: "the other integrator writes between Kojarz's find and its submit",
  },
  {
    ...base,
    name: "another writer first",
    about: "the purchase is in the ERP already; the watch and the first report meet",
    setting: { bridge: "call", writers: WRITERS },
    prepare: ({ erp, now }) => {
      erp.rows = [
        {
          erpId: "1",
          number: "ZO 1/26",
          internetId: UUID,
          currency: "PLN",
          total: 5899,
          cancelled: false,
          createdAt: now - 1000,
        },
      ];
    },
    acts: [report(fromAllegro()), report(shopOfAllegro())],
    purchases: [ALLEGRO],
    starts: { deliver: 1, watch: 1 },
    budget: { crash: 1 },
  },
  {
    ...base,
    name: "a bridge that fetches",
    about: "the bridge fetches its work; connector and bridge die, and outbox answers get lost",
    setting: FETCHED,
    acts: [report(sighting())],
    purchases: [SHOP],
    starts: { deliver: 1, bridge: 2, tick: 2 },
    budget: { crash: 1, store: 1 },
  },
  {
    ...base,
    name: "webhooks that are never sent again",
    about: "a webhook dies and is not repeated; the poll lists the order, and lists it while the webhook is at work",
    setting: { ...CALLED, polled: "woocommerce:main" },
    acts: [
      { act: "shows", sighting: sighting(at(1)) },
      report(sighting(at(1)), [0]),
      { act: "shows", sighting: sighting(at(2, { readiness: "cancelled", status: "cancelled" })), after: [0] },
    ],
    purchases: [{ ...SHOP, ends: "not-in-erp" }],
    starts: { deliver: 1, poll: 2, tick: 1 },
    budget: { crash: 1 },
    isSentOnce: true,
  },
  {
    ...base,
    name: "a hint and a listing",
    about: "word of a change comes before, while and after the platform is listed",
    setting: { ...CALLED, polled: "woocommerce:main" },
    acts: [
      { act: "shows", sighting: sighting(at(1, { readiness: "waiting", status: "pending" })) },
      { act: "shows", sighting: sighting(at(1)), after: [0] },
      { act: "hint", id: "271", after: [1] },
    ],
    purchases: [SHOP],
    starts: { poll: 2, deliver: 1 },
    budget: { store: 1 },
  },
  {
    ...base,
    name: "the window ends",
    about: "the clock jumps over the window and the memory, the store forgets, and a late report comes",
    acts: [report(sighting(at(1))), report(sighting(at(2, { refunded: 1000 })), [0])],
    purchases: [SHOP],
    starts: { deliver: 2, sweep: 2, tick: 2 },
    jumpsMs: [14 * DAY, 91 * DAY],
    forgets: true,
    budget: { crash: 1 },
  },
  {
    ...base,
    name: "an ERP that refuses a cancel",
    about: "the shop cancels what the ERP has and no longer cancels",
    acts: [report(sighting(at(1))), report(sighting(at(2, { readiness: "cancelled", status: "cancelled" })), [0])],
    purchases: [{ ...SHOP, ends: "not-in-erp" }],
    starts: { deliver: 2 },
    budget: { erp: 1, crash: 1 },
  },
  {
    ...base,
    name: "a copy and its original",
    about: "BaseLinker's second order under one external id, and a cancel of that copy",
    acts: [
      report(fromBaseLinker()),
      report(fromBaseLinker({ sourceOrder: "800000102" })),
      report(fromBaseLinker({ ...at(9), sourceOrder: "800000102", readiness: "cancelled", status: "cancelled" }), [1]),
    ],
    purchases: [{ ids: [UUID, "800000101", "800000102"], ends: "either" }],
    starts: { deliver: 2 },
    budget: { crash: 1 },
  },
];
