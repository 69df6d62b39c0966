/** What an installation of WAPRO Mag needs to be told. Ids are this database's own: nothing here has a safe default. */
import * as z from "zod/mini";
import { type FeeKind, type Vat, vatFrom } from "../../lib/core/money.ts";
import { anyBoolean, anyInt, anyText, filledText, optionalFilledText, positiveInt } from "../../lib/core/schemas.ts";
import { OWN_COLUMNS, SKU_COLUMNS } from "./statements.ts";

const Id = positiveInt;

/** `ID_UZYTKOWNIKA` of the administrator that WAPRO comes with. Other integrators' programs write as it. */
const ADMINISTRATOR = 3_000_001;

/** SKUs of the service articles that are no goods. What has none cannot be written: its order is held. */
const Services = z.strictObject({
  /** Shipping. */
  shipping: optionalFilledText,
  /** A fee for cash on delivery. */
  codFee: optionalFilledText,
  /** A fee for another way to pay. */
  paymentFee: optionalFilledText,
  /** Gift wrapping. */
  wrapping: optionalFilledText,
  /** Insurance of the parcel. */
  insurance: optionalFilledText,
  /** A deposit (kaucja) for bottles and the like, outside VAT. */
  deposit: optionalFilledText,
  /** Customs duty. */
  duty: optionalFilledText,
  /** Any other fee or service. */
  other: optionalFilledText,
} satisfies Record<ServiceKind, unknown>);

/** What is written as a service article. */
export type ServiceKind = "shipping" | FeeKind;

/**
 * `KOD_VAT` by what a report says. What carries no tax for no stated reason is taken for exempt, and a deposit for outside
 * VAT: a merchant's tax adviser may know better.
 */
const VAT_CODES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["23", "8", "5", "0", "zw", "np", "oo"].map((code) => [code, code])),
  untaxed: "zw",
  deposit: "np",
};

const Settings = z.strictObject({
  /** `ID_FIRMY` of the company that the orders belong to. */
  firm: Id,
  /** `ID_MAGAZYNU` of the warehouse that the orders belong to. */
  warehouse: Id,
  /** `ID_UZYTKOWNIKA` of a user that only the bridge works as: orders left open under it are taken for orphans. */
  user: Id.check(
    z.refine(
      (user) => user !== ADMINISTRATOR,
      "3000001 is the administrator, as whom other programs write: the bridge needs a user of its own",
    ),
  ),
  /** `ID_TYPU` of a customer's order (ZO). Seen as 12 in three installations. */
  documentType: z._default(Id, 12),
  /** `ID_KONTRAHENTA` where the buyer gave no NIP, or one that WAPRO does not know. Without it such an order is held. */
  contractor: z.optional(Id),
  /** The column of `ARTYKUL` that holds the SKU. */
  skuColumn: z._default(z.enum(SKU_COLUMNS), "INDEKS_KATALOGOWY"),
  /** SKUs of the service articles for what is no goods. */
  services: z._default(Services, {}),
  /** An older name of `services.shipping`. */
  shippingSku: optionalFilledText,
  /** The unit of every line. */
  unit: z._default(anyText, "szt."),
  /**
   * `KOD_VAT` for a rate (`23`), an exemption (`zw`), for what is known to carry no tax (`untaxed`) and for a deposit
   * (`deposit`), where it is not 23, 8, 5, 0, zw, np, oo, zw and np. A VAT that is not in the table is held.
   */
  vatCodes: z._default(z.record(anyText, filledText), {}),
  /** Of older versions; ignored: a VAT that nobody names is the article's own. */
  vatCode: z.optional(anyText),
  /** Reserves the goods. */
  reserve: z._default(anyBoolean, false),
  /** `PRIORYTET` of the order. */
  priority: z._default(anyInt, 2),
  /** The free column for the id of the Kojarz order; used for nothing else. */
  ownColumn: z.enum(OWN_COLUMNS),
  /** How other integrators write their ids into the number column, by issuer or channel, with `{id}` in them. */
  numberTemplates: z._default(z.record(anyText, z.array(z.string().check(z.includes("{id}")))), {
    baselinker: ["B_{id}", "BL/{id}", "BL-{id}"],
    allegro: ["ALLEGRO-{id}"],
  }),
});

export const WaproSettings = Settings.check(
  z.refine((settings) => serviceOf("shipping", settings) !== undefined, {
    error: "the SKU of the service article for shipping",
    path: ["services", "shipping"],
  }),
);
export type WaproSettings = z.infer<typeof WaproSettings>;

/** The SKU of the service article. */
export function serviceOf(
  kind: ServiceKind,
  { services, shippingSku }: Pick<z.infer<typeof Settings>, "services" | "shippingSku">,
): string | undefined {
  return services[kind] ?? (kind === "shipping" ? shippingSku : undefined);
}

/** The VAT that a `KOD_VAT` stands for; undefined where nobody knows it. */
export function vatOfCode(code: string, settings: Pick<WaproSettings, "vatCodes">): Vat | undefined {
  const isIt = ([name, of]: [string, string]) => of === code && name !== "untaxed" && name !== "deposit";
  return vatFrom(Object.entries(vatCodesOf(settings)).find(isIt)?.[0] ?? code);
}

/** `KOD_VAT` by the rate or the exemption that Kojarz names: the usual ones, and what the merchant configured. */
export function vatCodesOf({ vatCodes }: Pick<WaproSettings, "vatCodes">): Readonly<Record<string, string>> {
  return { ...VAT_CODES, ...vatCodes };
}
