/** What an installation of WAPRO Mag needs to be told. Ids are this database's own: nothing here has a safe default. */
import * as z from "zod/mini";
import { anyBoolean, anyInt, anyText, filledText, positiveInt } from "../../../shapes.ts";
import { OWN_COLUMNS, SKU_COLUMNS } from "./statements.ts";

const Id = positiveInt;

/** `ID_UZYTKOWNIKA` of the administrator that WAPRO comes with. Other integrators' programs write as it. */
const ADMINISTRATOR = 3_000_001;

export const WaproSettings = z.strictObject({
  /** `ID_FIRMY`, `ID_MAGAZYNU`: an order belongs to exactly one of each. */
  firm: Id,
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
  skuColumn: z._default(z.enum(SKU_COLUMNS), "INDEKS_KATALOGOWY"),
  /** SKU of the service article that shipping is written as. */
  shippingSku: filledText,
  unit: z._default(anyText, "szt."),
  /** `KOD_VAT` where the report of an order names no rate. */
  vatCode: z._default(anyText, "23"),
  reserve: z._default(anyBoolean, false),
  priority: z._default(anyInt, 2),
  /** The free column for the id of the Kojarz order; used for nothing else. */
  ownColumn: z.enum(OWN_COLUMNS),
  /** How other integrators write their ids into the number column, by issuer or channel, with `{id}` in them. */
  numberTemplates: z._default(z.record(anyText, z.array(z.string().check(z.includes("{id}")))), {
    baselinker: ["B_{id}", "BL/{id}", "BL-{id}"],
    allegro: ["ALLEGRO-{id}"],
  }),
});
export type WaproSettings = z.infer<typeof WaproSettings>;
