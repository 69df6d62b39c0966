/** What was really sold, and what each platform makes of it, in time: known truth. */

import type { Instant } from "../../lib/core/order.ts";
import { DAY } from "../../lib/core/order.ts";
import { type Buyer, masked, newBuyer } from "./buyers.ts";
import { choose } from "./choose.ts";
import type { AllegroOrder, Goods, RelayOrder, ShopOrder } from "./platforms.ts";
import { isFieldWrong, type Settings, type Shop, sourceId } from "./settings.ts";

export const HOUR = 3_600_000;
const MINUTE = 60_000;

/** One order at one platform. What is in it may change; whoever asks sees it as it is then. */
export type Standing =
  | { at: "shop"; order: ShopOrder }
  | { at: "allegro"; order: AllegroOrder }
  | { at: "baselinker"; order: RelayOrder };

/** Something happens at a moment: an order changes, and its platform may tell of it (`tells`). */
type Happening = { at: Instant; change?: () => void; tells?: Standing };

export type Purchase = {
  name: string;
  kind: Kind;
  /** Pieces by SKU as they are to be in the ERP in the end. */
  sold: Map<string, number>;
  /** The most of each that any platform ever had: more than that is double goods. */
  bought: Map<string, number>;
  standings: Standing[];
  happenings: Happening[];
  /** Every total that any platform ever says of it or of a part of it, in minor units. */
  totals: number[];
  /** Numbers of shops that BaseLinker will ever say of it. */
  named: string[];
  /** Why nobody can know from configuration and ids alone that its reports are one purchase; undefined: it can be known. */
  unknowable?: string;
};

const KINDS = {
  shop: 30,
  "shop-edited": 4,
  "shop-cancelled": 3,
  "shop-alone": 6,
  "shop-split": 7,
  allegro: 15,
  "allegro-split": 7,
  "allegro-exported": 14,
  own: 4,
  "own-quotes-shop": 4,
  "own-quotes-allegro": 3,
  "own-quotes-otherwise": 3,
} as const;
type Kind = keyof typeof KINDS;

export type Floor = {
  random: () => number;
  settings: Settings;
  /** How many orders each shop and BaseLinker have had. */
  counts: Map<string, number>;
};

/** @param start when it is bought */
export function newPurchase(index: number, start: Instant, floor: Floor): Purchase {
  const kind = kindFrom(floor.random);
  const purchase: Purchase = {
    name: `P${index}`,
    kind,
    sold: new Map(),
    bought: new Map(),
    standings: [],
    happenings: [],
    totals: [],
    named: [],
  };
  const goods = goodsFor(purchase.name, floor.random);
  purchase.sold = piecesOf(goods);
  // Unconfirmed at BaseLinker it has its first product only, and no delivery.
  purchase.totals.push(totalOf(goods), totalOf({ pieces: goods.pieces.slice(0, 1), shipping: 0 }));
  STORIES[kind]({ purchase, goods, start, buyer: newBuyer(index), ...floor });
  purchase.bought = new Map([...piecesOf(goods), ...purchase.sold]);
  return purchase;
}

type Story = Floor & { purchase: Purchase; goods: Goods; start: Instant; buyer: Buyer };

const STORIES: Readonly<Record<Kind, (story: Story) => void>> = {
  shop: (story) => void relayedShop(story),
  "shop-alone": (story) => void inShop(story, choose(story.settings.shops, story.random)),
  "shop-edited": shopEdited,
  "shop-cancelled": shopCancelled,
  "shop-split": (story) => split(story, relayedShop(story)),
  allegro: (story) => void relayedAllegro(story),
  "allegro-split": (story) => split(story, relayedAllegro(story)),
  "allegro-exported": allegroExported,
  own: (story) => void inBaseLinker(story, "personal", { pieces: story.goods.pieces }),
  "own-quotes-shop": (story) => quotesShop(story, story.goods),
  "own-quotes-allegro": quotesAllegro,
  "own-quotes-otherwise": quotesOtherwise,
};

function kindFrom(random: () => number): Kind {
  const names = (Object.keys(KINDS) as Kind[]).flatMap((kind) => Array<Kind>(KINDS[kind]).fill(kind));
  return choose(names, random);
}

/** Few prices, so that totals are equal by chance as often as in a shop with few articles. */
function goodsFor(name: string, random: () => number): Goods {
  const count = choose([1, 1, 2, 3], random);
  const pieces = Array.from({ length: count }, (_, place) => ({
    sku: `${name}-${place}`,
    quantity: choose([1, 2, 2, 4], random),
    price: choose([1999, 2500, 4900, 9900, 12_345, 36_710], random) + choose([0, 100, 250], random),
  }));
  return { pieces, shipping: choose([0, 899, 1299], random) };
}

export function piecesOf({ pieces }: Goods): Map<string, number> {
  return new Map(pieces.map(({ sku, quantity }) => [sku, quantity]));
}

function later(random: () => number, from: Instant, most: number): Instant {
  return from + Math.floor(random() ** 3 * most) + 1000;
}

function count(counts: Floor["counts"], name: string): number {
  const next = (counts.get(name) ?? 0) + 1;
  counts.set(name, next);
  return next;
}

/** All shops count from about the same number, so that one number is an order of each. */
function newShopOrder({ counts, settings, goods, start, buyer }: Story, shop: Shop): ShopOrder {
  const ids = idsOf(shop, count(counts, shop), settings.plugin ?? 0);
  return { shop, ...ids, buyer, goods, placedAt: start, changedAt: start, state: "ready" };
}

function idsOf(shop: Shop, next: number, behind: number): Pick<ShopOrder, "id" | "number"> {
  const [id, later] = [String(1000 + next), String(1000 + next + 2)];
  switch (shop) {
    case "shopify:pl":
      return { id: String(5_866_663_018_000 + next * 7), number: later };
    case "magento:main":
      return { id, number: later.padStart(9, "0") };
    case "prestashop:sklep":
      return {
        id,
        number: [...id]
          .map((digit) => "QWERTYUIOP".charAt(Number(digit)))
          .join("")
          .padStart(9, "X"),
      };
    case "shoper:sklep":
      return { id, number: id };
    case "idosell:sklep":
      return { id: `klient-${id}`, number: later };
    default:
      return { id, number: String(1000 + next + behind) };
  }
}

/** A shop sells it and tells of it: paid at once, or waiting first. */
function inShop(story: Story, shop: Shop): Extract<Standing, { at: "shop" }> {
  const { random, start, purchase } = story;
  const order = newShopOrder(story, shop);
  const standing = { at: "shop", order } as const;
  const told = later(random, start, 6 * HOUR);
  purchase.standings.push(standing);
  if (random() < 0.2) {
    order.state = "waiting";
    purchase.happenings.push({ at: start + 2000, tells: standing });
    purchase.happenings.push({
      at: told,
      change: () => set(order, { state: "ready", changedAt: told }),
      tells: standing,
    });
  } else purchase.happenings.push({ at: told, tells: standing });
  if (random() < 0.3) purchase.happenings.push({ at: later(random, told, DAY), tells: standing });
  return standing;
}

function set<T extends object>(order: T, change: Partial<T>): void {
  Object.assign(order, change);
}

/** BaseLinker has it, and tells of it at its next poll. */
function inBaseLinker(
  { purchase, random, start, counts, goods, buyer }: Story,
  type: string,
  more: Partial<Pick<RelayOrder, "external" | "shopNumber" | "quotes">> & {
    pieces: Goods["pieces"];
    sourceId?: number;
  },
): Extract<Standing, { at: "baselinker" }> {
  const { pieces, sourceId: id = 0, ...ids } = more;
  const placedAt = later(random, start, 3 * HOUR);
  const confirmedAt = later(random, placedAt, 6 * HOUR);
  const order: RelayOrder = {
    id: 800_000_000 + count(counts, "baselinker"),
    source: { type, id },
    external: "",
    shopNumber: "0",
    buyer,
    goods: { ...goods, pieces },
    placedAt,
    confirmedAt,
    movedAt: confirmedAt,
    ...ids,
  };
  const standing = { at: "baselinker", order } as const;
  purchase.standings.push(standing);
  if (random() < 0.2) {
    order.confirmedAt = undefined;
    purchase.happenings.push({ at: placedAt, tells: standing });
  }
  purchase.happenings.push({ at: confirmedAt, change: () => set(order, { confirmedAt }), tells: standing });
  if (random() < 0.2) purchase.happenings.push({ at: later(random, confirmedAt, DAY), tells: standing });
  return standing;
}

function relayedShop(story: Story): Extract<Standing, { at: "baselinker" }> {
  const { settings, random, goods, purchase } = story;
  const shop = choose(settings.shops, random);
  const { order } = inShop(story, shop);
  if (isFieldWrong(settings, shop)) purchase.unknowable = "field-wrong";
  return inBaseLinker(story, "shop", {
    pieces: goods.pieces,
    sourceId: sourceId(shop),
    shopNumber: sent(order, settings),
  });
}

function sent({ shop, id, number }: ShopOrder, { sends }: Settings): string {
  return sends[shop] === "id" ? id : number;
}

/** The shop changes the order before BaseLinker has told of it, or after. */
function shopEdited(story: Story): void {
  const { purchase, random, start } = story;
  const relay = relayedShop(story);
  const [first] = purchase.standings;
  if (first?.at !== "shop") return;
  const at = later(random, start, DAY);
  const edited = {
    ...story.goods,
    pieces: story.goods.pieces.map((piece, place) =>
      place === 0 ? { ...piece, quantity: piece.quantity + 1 } : piece,
    ),
  };
  purchase.sold = piecesOf(edited);
  purchase.totals.push(totalOf(edited));
  const told = (one: Standing) =>
    Math.min(...purchase.happenings.flatMap(({ at, tells }) => (tells === one ? at : [])));
  // Until both have told of it, nothing but the total connects the two.
  const isBefore = at <= Math.max(relay.order.movedAt, told(first));
  if (isBefore) purchase.unknowable = purchase.unknowable ? "field-wrong-and-edited" : "edited-before-relay";
  purchase.happenings.push({ at, change: () => set(first.order, { goods: edited, changedAt: at }), tells: first });
}

function shopCancelled(story: Story): void {
  const { purchase, random, start } = story;
  const relay = relayedShop(story);
  const [first] = purchase.standings;
  if (first?.at !== "shop") return;
  const at = later(random, Math.max(start, relay.order.movedAt) + 7 * HOUR, DAY);
  purchase.sold = new Map();
  purchase.happenings.push({ at, change: () => set(first.order, { state: "cancelled", changedAt: at }), tells: first });
}

function relayedAllegro(story: Story): Extract<Standing, { at: "baselinker" }> {
  const { goods } = story;
  const { form, buyer } = inAllegro(story);
  return inBaseLinker({ ...story, buyer }, "allegro", { pieces: goods.pieces, sourceId: 7001, external: form });
}

function inAllegro({ purchase, random, start, goods, counts, buyer }: Story): AllegroOrder {
  const serial = count(counts, "allegro").toString(16).padStart(4, "0");
  const form = `0cc2${serial}-3b6d-11f0-9c4d-${purchase.name.replace("P", "").padStart(12, "0")}`;
  const order: AllegroOrder = {
    form,
    buyer: masked(buyer, form),
    goods,
    placedAt: start,
    changedAt: start,
    state: "ready",
  };
  const standing = { at: "allegro", order } as const;
  const told = later(random, start, 4 * HOUR);
  purchase.standings.push(standing);
  if (random() < 0.3) {
    order.state = "waiting";
    purchase.happenings.push({ at: start + 1000, tells: standing });
  }
  purchase.happenings.push({
    at: told,
    change: () => set(order, { state: "ready", changedAt: told }),
    tells: standing,
  });
  return order;
}

/** BaseLinker writes it into a shop, which gives it a number of its own and tells of it, too. */
function allegroExported(story: Story): void {
  const { settings, random, purchase } = story;
  const relay = relayedAllegro(story);
  const { exportedTo, exportShop, marks } = settings;
  const at = relay.order.movedAt + MINUTE;
  const form = relay.order.external;
  const { buyer } = relay.order;
  const order = {
    ...newShopOrder({ ...story, start: at, buyer }, exportedTo),
    mark: { form, baselinkerId: relay.order.id },
  };
  const standing: Standing = { at: "shop", order };
  const numbered = at + 5 * MINUTE;
  const shopNumber = sent(order, settings);
  purchase.named.push(shopNumber);
  purchase.standings.push(standing);
  purchase.happenings.push({ at: later(random, at, 2 * HOUR), tells: standing });
  purchase.happenings.push({ at: numbered, change: () => set(relay.order, { shopNumber }) });
  purchase.happenings.push({ at: later(random, numbered, 4 * HOUR), tells: relay });
  const isMarked = marks === "field" || marks === "trace";
  // The order itself says that it is Allegro's, and no id of it: the merchant has to name a field.
  if (!isMarked)
    purchase.unknowable = isSaid(exportShop) ? `export-said-marked-${marks}` : `export-unsaid-marked-${marks}`;
}

/** `unset` and `several` try every shop. `none` and `wrong` say that it is another integrator's, or another shop's. */
function isSaid(exportShop: Settings["exportShop"]): boolean {
  return exportShop !== "none" && exportShop !== "wrong";
}

/** Neither the configuration nor any id connects its reports: it is in the ERP twice, and nobody can be told. */
export const UNCONNECTED: ReadonlySet<string> = new Set(["export-unsaid-marked-nothing", "field-wrong-and-edited"]);

/** BaseLinker's staff takes it apart: a new order with some of the goods, and the first one without them. */
function split({ purchase, random, counts, settings }: Story, { order }: { order: RelayOrder }): void {
  const at = later(random, order.movedAt + MINUTE, 12 * HOUR);
  const [kept, moved] = divided(order.goods.pieces);
  if (moved.length === 0) return;
  purchase.totals.push(totalOf({ pieces: moved, shipping: 0 }), totalOf({ ...order.goods, pieces: kept }));
  const part: RelayOrder = {
    ...order,
    id: 800_000_000 + count(counts, "baselinker"),
    goods: { pieces: moved, shipping: 0 },
    confirmedAt: order.movedAt,
    placedAt: at,
    movedAt: at,
  };
  const standing: Standing = { at: "baselinker", order: part };
  const rest = purchase.standings.find((one) => one.order === order);
  purchase.happenings.push({
    at,
    change: () => {
      purchase.standings.push(standing);
      set(order, { goods: { ...order.goods, pieces: kept } });
      set(part, { shopNumber: order.shopNumber });
    },
  });
  // The journal names both in one entry. Without it the list shows the part within the hour, and nothing shows the rest.
  const shown = later(random, at, settings.journal ? 2 * MINUTE : HOUR);
  purchase.happenings.push({ at: shown, tells: standing });
  if (settings.journal) purchase.happenings.push({ at: later(random, at, 5 * MINUTE), ...(rest && { tells: rest }) });
}

function divided(pieces: Goods["pieces"]): [Goods["pieces"], Goods["pieces"]] {
  const [only] = pieces;
  if (only && pieces.length === 1) {
    const half = Math.floor(only.quantity / 2);
    const halves = [only.quantity - half, half].map((quantity) => ({ ...only, quantity }));
    return [halves.slice(0, 1), halves.slice(1).filter(({ quantity }) => quantity > 0)];
  }
  return [pieces.filter((_, place) => place % 2 === 0), pieces.filter((_, place) => place % 2 === 1)];
}

/** A script or a person makes the shop's order in BaseLinker once more, and notes its number or id. */
function quotesShop(story: Story, goods: Goods): void {
  const { settings, random } = story;
  const { order } = inShop(story, choose(settings.shops, random));
  // A number of letters alone is no number of an order to whoever reads the comment.
  const value = random() < 0.5 || !/\d/.test(order.number) ? order.id : order.number;
  inBaseLinker({ ...story, goods }, "personal", { pieces: goods.pieces, quotes: quoted(value, random) });
}

function quoted(value: string, random: () => number): NonNullable<RelayOrder["quotes"]> {
  const isWhole = random() < 0.5;
  return isWhole
    ? { field: "extra_field_1", text: value }
    : { field: "admin_comments", text: `zamówienie nr ${value}, odbiór osobisty` };
}

function quotesAllegro(story: Story): void {
  const { form } = inAllegro(story);
  const quotes = { field: "admin_comments", text: `Allegro ${form}` } as const;
  inBaseLinker(story, "personal", { pieces: story.goods.pieces, quotes });
}

/** Another purchase of the same buyer that quotes the first, over another amount: nothing says what it is. */
function quotesOtherwise(story: Story): void {
  story.purchase.unknowable = "quoted-over-another-total";
  const other = { ...story.goods, shipping: story.goods.shipping + 777 };
  story.purchase.totals.push(totalOf(other));
  quotesShop(story, other);
}

/**
 * Two orders of which one number, as an id or as a number, and the total are equal: whoever knows no more than these two of
 * one of them cannot tell which it is.
 */
export function markCollisions(purchases: readonly Purchase[], { shops }: Settings): void {
  const orders = purchases.flatMap((purchase) =>
    purchase.standings.flatMap((standing) => (standing.at === "shop" ? { purchase, order: standing.order } : [])),
  );
  for (const purchase of purchases) {
    const relayed = purchase.standings.flatMap(({ at, order }) => (at === "baselinker" ? order : []));
    const quoted = relayed.flatMap(({ shopNumber, quotes }) => [shopNumber, ...(quotes?.text.match(/\d{4,}/g) ?? [])]);
    const named = [...purchase.named, ...quoted].map(Number);
    const twins = orders.filter(
      (other) =>
        other.purchase !== purchase &&
        shops.includes(other.order.shop) &&
        [other.order.id, other.order.number].some((value) => named.includes(Number(value))) &&
        other.purchase.totals.some((total) => purchase.totals.some((mine) => isNearly(total, mine))),
    );
    for (const one of twins.length > 0 ? [purchase, ...twins.map((twin) => twin.purchase)] : [])
      one.unknowable ??= COLLISION;
  }
}

const COLLISION = "same-number-and-total";

function isNearly(a: number, b: number): boolean {
  return Math.abs(a - b) <= 4;
}

function totalOf({ pieces, shipping }: Goods): number {
  return pieces.reduce((sum, { price, quantity }) => sum + price * quantity, shipping);
}
