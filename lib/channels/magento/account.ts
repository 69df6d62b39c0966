/** One Magento shop in the configuration. */
import * as z from "zod/mini";
import { FEE_KINDS } from "../../core/money.ts";
import { filledText, filledTexts, optionalPositiveInt, positiveNumber } from "../../core/schemas.ts";
import {
  accountFields,
  BaseUrl,
  IgnoreFields,
  MarketplaceFields,
  UnnamedMarketplaceOrders,
  WaitingStatuses,
} from "../shared/account-fields.ts";
import { ProvingSecret } from "../shared/proof.ts";
import { RoundingSetting } from "../shared/settings.ts";
import type { Labels } from "./variant.ts";

/** A path into the order, dots between steps: `extension_attributes.nip`, `billing_address.vat_id`. */
const Field = filledText;

const FeeField = z.lazy(() =>
  z.strictObject({
    /** Where the amount stands. */
    field: Field,
    /** Where its tax stands, if the amount is net. */
    taxField: z.optional(Field),
    /** Which kind of fee it is: the bridge writes each by its own article. */
    kind: z._default(z.enum(FEE_KINDS), "other"),
  }),
);

/** How an order is read, wherever it comes from: the REST API or an event. */
export const orderSettings = () => ({
  /** States (not the merchant's statuses) that are orders to forward. `canceled` cancels; orders in any other one wait. */
  forwardStates: z._default(filledTexts, ["new", "processing", "complete"]),
  /** States of modules in which orders are meant to wait: nobody is told of them. Magento's own are known. */
  waitingStates: WaitingStatuses,
  /** Fields with the Allegro order id, beside `external_id` of macopedia/magento2-allegro, which is known. */
  marketplaceFields: MarketplaceFields,
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
  /** Fields (paths, dots between steps) in which a module writes one id of its own into every order: no trace is looked for there. */
  ignoreFields: IgnoreFields,
  /** Where the buyer's tax number may stand; the first one with a value counts. */
  taxIdFields: z._default(z.array(Field), ["billing_address.vat_id", "customer_taxvat"]),
  /** Where shipping modules keep the id of a parcel locker or pick-up point; the first one with a value counts. */
  pointFields: z._default(z.array(Field), [
    "extension_attributes.inpost_locker_id",
    "inpost_locker_id",
    "extension_attributes.pickup_location_code",
    "pickup_location_code",
  ]),
  /**
   * Fees of other modules that are in `grand_total` and in no row. With `taxField` the amount is net, without it gross.
   * Each field is looked for in `extension_attributes`, then in the order itself.
   */
  feeFields: z._default(z.array(FeeField), [
    { field: "msp_cod_amount", taxField: "msp_cod_tax_amount", kind: "codFee" as const },
  ]),
  /** Where the shop rounds (`piece`, `row`, `total`), and whether its prices are `gross` or `net`: its orders do not say it. */
  rounding: RoundingSetting,
  /** Codes of payment methods that are paid on delivery. `*` stands for any letters. */
  cashOnDelivery: z._default(filledTexts, ["*cashondelivery*", "*pobranie*", "cod", "cod_*", "*_cod"]),
});

export const MagentoAccount = z.lazy(() =>
  z.strictObject({
    channel: z.literal("magento"),
    ...accountFields(),
    /** The shop's address; a path is kept, `/rest/<storeCode>/V1` comes behind it. */
    baseUrl: BaseUrl,
    /** `all`, or the code of a store view. */
    storeCode: z._default(z.string().check(z.regex(/^\w+$/, "letters, digits and underscores")), "all"),
    /** The access token of an integration (System > Integrations) that may view sales orders. */
    accessToken: filledText,
    /** Seconds between two polls. */
    pollSeconds: z._default(positiveNumber, 60),
    /** Orders a page. Take fewer where the shop's memory is short. */
    pageSize: z._default(z.int().check(z.gte(1), z.lte(300)), 100),
    /** The secret of the shop's call "order N changed". Without it such calls are not taken. */
    hintSecret: z.optional(ProvingSecret),
    /** The `hintSecret` of before, while it is changed in the shop: both are taken. */
    previousHintSecret: z.optional(ProvingSecret),
    /** The header that carries `hintSecret`. */
    hintHeader: z._default(
      z.string().check(z.regex(/^[a-zA-Z0-9-]+$/, "the name of an HTTP header"), z.toLowerCase()),
      "x-kojarz-secret",
    ),
    /** For a host that answers 429; Magento itself sets no limit. */
    callsPerMinute: optionalPositiveInt,
    ...orderSettings(),
  }),
);
export type MagentoAccount = z.infer<typeof MagentoAccount>;

/** What the mapping has to know. `issuer` is the namespace of the shop's ids, `account` who reports them. */
export type OrderSettings = Pick<
  MagentoAccount,
  | "forwardStates"
  | "waitingStates"
  | "ignoreFields"
  | "marketplaceFields"
  | "unnamedMarketplaceOrders"
  | "taxIdFields"
  | "pointFields"
  | "feeFields"
  | "cashOnDelivery"
  | "rounding"
  | "windowDays"
> & {
  account: string;
  issuer: string;
  /** How the amounts of rows are likely to be written; as REST writes them, if absent. */
  source?: "rest" | "event";
  /** What the options of articles are called, where that was looked up. */
  labels?: Labels;
};
