/** One Magento shop in the configuration. */
import * as z from "zod/mini";
import { filledText, filledTexts, optionalPositiveInt, positiveNumber } from "../../shapes.ts";
import { accountFields, BaseUrl, MarketplaceFields, UnnamedMarketplaceOrders } from "../shared/account-fields.ts";

/** A path into the order, dots between steps: `extension_attributes.nip`, `billing_address.vat_id`. */
const Field = filledText;

/** How an order is read, wherever it comes from: the REST API or an event. */
export const orderSettings = {
  /** States (not the merchant's own statuses) that are orders to forward; `canceled` cancels, every other one waits. */
  forwardStates: z._default(filledTexts, ["new", "processing", "complete"]),
  /** Beside `external_id` of the macopedia/magento2-allegro module, which is known. */
  marketplaceFields: MarketplaceFields,
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
  /** Where the buyer's tax number may stand; the first one with a value counts. */
  taxIdFields: z._default(z.array(Field), ["billing_address.vat_id", "customer_taxvat"]),
  /** Where shipping modules keep the id of a parcel locker or pick-up point; the first one with a value counts. */
  pointFields: z._default(z.array(Field), ["extension_attributes.inpost_locker_id", "inpost_locker_id"]),
  /** Codes of payment methods that are paid on delivery. */
  cashOnDelivery: z._default(filledTexts, ["cashondelivery"]),
};

export const MagentoAccount = z.strictObject({
  channel: z.literal("magento"),
  ...accountFields,
  /** The shop's address; a path is kept, `/rest/<storeCode>/V1` comes behind it. */
  baseUrl: BaseUrl,
  /** `all`, or the code of a store view. */
  storeCode: z._default(z.string().check(z.regex(/^\w+$/, "letters, digits and underscores")), "all"),
  /** The access token of an integration (System > Integrations) that may view sales orders. */
  accessToken: filledText,
  pollSeconds: z._default(positiveNumber, 60),
  /** Orders a page; fewer where the shop's memory is short. */
  pageSize: z._default(z.int().check(z.gte(1), z.lte(300)), 100),
  /** The value of `hintHeader` in a thin call of the shop. Without it such calls are not taken. */
  hintSecret: z.optional(z.string().check(z.minLength(16))),
  hintHeader: z._default(
    z.string().check(z.regex(/^[a-zA-Z0-9-]+$/, "the name of an HTTP header"), z.toLowerCase()),
    "x-kojarz-secret",
  ),
  /** For a host that answers 429; Magento itself sets no limit. */
  callsPerMinute: optionalPositiveInt,
  ...orderSettings,
});
export type MagentoAccount = z.infer<typeof MagentoAccount>;

/** What the mapping has to know. `issuer` is the namespace of the shop's ids, `account` who reports them. */
export type OrderSettings = Pick<
  MagentoAccount,
  | "forwardStates"
  | "marketplaceFields"
  | "unnamedMarketplaceOrders"
  | "taxIdFields"
  | "pointFields"
  | "cashOnDelivery"
  | "windowDays"
> & { account: string; issuer: string };
