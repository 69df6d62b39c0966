/** What an installation of WAPRO Mag needs to be told. Ids are this database's own: nothing here has a safe default. */
import * as z from "zod";
import { OWN_COLUMNS, SKU_COLUMNS } from "./statements.ts";

const Id = z.int().positive();

/** `ID_UZYTKOWNIKA` of the administrator that WAPRO comes with. Other integrators' programs write as it. */
const ADMINISTRATOR = 3_000_001;

export const WaproSettings = z.strictObject({
  /** `ID_FIRMY`, `ID_MAGAZYNU`: an order belongs to exactly one of each. */
  firm: Id,
  warehouse: Id,
  /** `ID_UZYTKOWNIKA` of a user that only the bridge works as: orders left open under it are taken for orphans. */
  user: Id.refine(
    (user) => user !== ADMINISTRATOR,
    "3000001 is the administrator, as whom other programs write: the bridge needs a user of its own",
  ),
  /** `ID_TYPU` of a customer's order (ZO). Seen as 12 in three installations. */
  documentType: Id.default(12),
  /** `ID_KONTRAHENTA` where the buyer gave no NIP, or one that WAPRO does not know. Without it such an order is held. */
  contractor: Id.optional(),
  skuColumn: z.enum(SKU_COLUMNS).default("INDEKS_KATALOGOWY"),
  /** SKU of the service article that shipping is written as. */
  shippingSku: z.string().min(1),
  unit: z.string().default("szt."),
  /** `KOD_VAT` where the report of an order names no rate. */
  vatCode: z.string().default("23"),
  reserve: z.boolean().default(false),
  priority: z.int().default(2),
  /** The free column for the id of the Kojarz order; used for nothing else. */
  ownColumn: z.enum(OWN_COLUMNS),
  /** How other integrators write their ids into the number column, by issuer or channel, with `{id}` in them. */
  numberTemplates: z.record(z.string(), z.array(z.string().includes("{id}"))).default({
    baselinker: ["B_{id}", "BL/{id}", "BL-{id}"],
    allegro: ["ALLEGRO-{id}"],
  }),
});
export type WaproSettings = z.infer<typeof WaproSettings>;
