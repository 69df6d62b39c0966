/** By which keys an order of a shop can be recognised: its own ids, and those of Allegro in fields and free text. Pure. */
import { type Key, keyOf, normalise } from "../../core/keys.ts";
import type { Sighting } from "../../core/order.ts";
import type { MarketplaceFields, UnnamedMarketplaceOrders } from "./account-fields.ts";

export type ShopIdentity = {
  /** `channel:account`. */
  shop: string;
  id: string;
  /** What the customer sees. */
  number: string | number | undefined;
  /** The Allegro id where the platform itself has a field for it. */
  allegroId?: string | undefined;
  /** What stands in a field that the configuration names. */
  fieldOf: (field: string) => string | undefined;
  /**
   * Where traces may stand: the order without its goods, its buyer and its payments. Their ids may be of the same form
   * and belong to many orders: a product code that a database made, an account, a payment of several purchases.
   */
  free: unknown;
  /** The platform itself says that it was sold on Allegro, whatever its texts say. */
  isSoldOnAllegro?: boolean;
  /** Keys that only this platform knows of. */
  more?: readonly Key[];
  /** The cart that the order was made of. */
  cart?: string | number | undefined;
};

type Settings = {
  marketplaceFields: MarketplaceFields;
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders;
  /** Fields in which no trace is looked for. */
  ignoreFields?: readonly string[];
};

/** A field that is configured or the platform's own is the marketplace's word (rank 1), an id elsewhere a trace (4). */
export function shopKeys(
  identity: ShopIdentity,
  settings: Settings,
): Pick<Sighting, "keys" | "doubt" | "cart" | "traces"> {
  const { shop, id, number, allegroId, fieldOf, free, more = [] } = identity;
  const traces = tracesIn(free, settings.ignoreFields);
  const keys = [
    ...keyOf("internet-id", "allegro", uuidOf(allegroId), 1),
    ...settings.marketplaceFields.flatMap(({ field, issuer }) =>
      keyOf("internet-id", issuer, uuidOf(fieldOf(field)), 1),
    ),
    ...keyOf("internet-id", shop, id, 2),
    ...keyOf("customer-number", shop, number, 3),
    ...formKeys(traces),
    ...more,
  ];
  const cart = normalise(identity.cart);
  return {
    keys,
    ...doubtOf(keys, identity, settings),
    ...(traces.length > 0 && { traces }),
    ...(cart !== undefined && { cart: { id: cart } }),
  };
}

/** What is found has the form of an Allegro order's id. */
export function formKeys(traces: readonly Trace[]): Key[] {
  return traces.flatMap(({ value }) => keyOf("internet-id", "allegro", value, 4));
}

/** An id of a shop or of BaseLinker; a marketplace issues over all its accounts, and so has no account's name. */
function isOfAccount({ issuer }: Key): boolean {
  return issuer.includes(":");
}

/** A login is no key: the purchase may come from Allegro or BaseLinker too, and nothing would join the two. */
export function doubtOf(
  keys: readonly Key[],
  { free, isSoldOnAllegro = false }: Pick<ShopIdentity, "free" | "isSoldOnAllegro">,
  { unnamedMarketplaceOrders }: Pick<Settings, "unnamedMarketplaceOrders">,
): Pick<Sighting, "doubt"> {
  const isAllegros = isSoldOnAllegro || saysAllegro(free);
  const isUnnamed = unnamedMarketplaceOrders === "hold" && isAllegros && keys.every(isOfAccount);
  return isUnnamed ? { doubt: "marketplace-id-missing" } : {};
}

/**
 * A version-1 UUID, the form of an Allegro order id. Most other UUIDs are of version 4, but the ids of Allegro's own
 * payments have this very form, and one of them may pay for several orders: what is found so is a trace, no proof.
 */
const UUID_V1 = /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-z])/gi;

const MAX_TRACES = 10;
/** A mark or an id stands near the beginning of a field; a stranger may write a megabyte of anything behind it. */
const MAX_SEARCHED = 20_000;
/** `[Allegro: login]`: bounded, so that one opened bracket after another costs no more than what is read once. */
const ALLEGRO_MARK = /\[allegro:[^[\]]{1,100}\]/i;

/** The whole value as a version-1 UUID; undefined for anything else, a cut one too. */
function uuidOf(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text !== undefined && text.match(UUID_V1)?.[0] === text ? text.toLowerCase() : undefined;
}

/** `field`: its path, as `ignoreFields` names it. */
export type Trace = { value: string; field: string };

/**
 * Ids in texts at any depth of a value, in the order they stand, each once; ten at most.
 * @param ignored paths of fields, dots between steps; what stands below one is left out as well
 */
export function tracesIn(value: unknown, ignored: readonly string[] = []): Trace[] {
  const traces = new Map<string, Trace>();
  for (const { text, field } of textsIn(value)) {
    if (isBelow(field, ignored)) continue;
    for (const [uuid] of text.matchAll(UUID_V1)) {
      const trace = { value: uuid.toLowerCase(), field };
      if (!traces.has(trace.value)) traces.set(trace.value, trace);
    }
    if (traces.size >= MAX_TRACES) break;
  }
  return [...traces.values()].slice(0, MAX_TRACES);
}

function isBelow(field: string, ignored: readonly string[]): boolean {
  const path = `${field}.`.toLowerCase();
  return ignored.some((one) => path.startsWith(`${one}.`.toLowerCase()));
}

/** As BaseLinker and other integrators mark what they copy to a shop: `[Allegro: login]`. */
export function saysAllegro(value: unknown): boolean {
  for (const { text } of textsIn(value)) if (ALLEGRO_MARK.test(text)) return true;
  return false;
}

/** More of a path tells nobody anything. */
const MAX_PATH = 120;

/**
 * Each text with the path of its field; places in a list are not counted. Without recursion: nesting comes from outside
 * and may be deeper than the stack.
 */
function* textsIn(root: unknown): Generator<{ text: string; field: string }> {
  const left: Array<{ value: unknown; field: string }> = [{ value: root, field: "" }];
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, field } = next;
    if (typeof value === "string") yield { text: value.slice(0, MAX_SEARCHED), field };
    else if (Array.isArray(value)) for (const inner of value.toReversed()) left.push({ value: inner, field });
    else if (typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value).reverse())
        left.push({ value: inner, field: (field ? `${field}.${name}` : name).slice(0, MAX_PATH) });
  }
}
