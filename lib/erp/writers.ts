/**
 * What the columns of an ERP order say about its purchase. The values carry no issuer, and integrators write them in
 * formats of their own, so the configuration says what a value means. Pure.
 */
import * as z from "zod/mini";
import { distinctKeys, type Key, KeyKind, keyOf } from "../core/keys.ts";
import type { ErpListed } from "../core/ports/erp.ts";
import { filledText } from "../core/schemas.ts";

const ID = "{id}";

/** How one writer fills one column. */
export const Writer = z.lazy(() =>
  z.strictObject({
    /** The column of the ERP that the values stand in. */
    column: z.enum(["internetId", "customerNumber"]),
    /** The text around the id, for example `B_{id}`. Letter case does not matter. */
    template: z._default(z.string().check(z.refine((text) => text.split(ID).length === 2, `${ID} exactly once`)), ID),
    /** What the id looks like; `text` takes anything without white space. */
    id: z.enum(["digits", "uuid", "text"]),
    /** Who gave the id: `allegro`, or an account such as `woocommerce:main`. */
    issuer: filledText,
    /** `internet-id` for rank 1 and 2, `customer-number` for rank 3. */
    kind: KeyKind,
    /** 1: the marketplace's id. 2: the id of a shop or of BaseLinker. 3: a customer order number, which needs an equal total. */
    rank: z.literal([1, 2, 3]),
  }),
);
export type Writer = z.infer<typeof Writer>;

const SHAPES: Readonly<Record<Writer["id"], RegExp>> = {
  digits: /^\d+$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  text: /^\S+$/,
};

/** The keys that an ERP order's columns stand for; none for a value that no writer explains, or two explain differently. */
export function keysOfListed(listed: Pick<ErpListed, Writer["column"]>, writers: readonly Writer[]): Key[] {
  return distinctKeys([
    ...meaningOf(listed.internetId, byColumn(writers, "internetId")),
    ...meaningOf(listed.customerNumber, byColumn(writers, "customerNumber")),
  ]);
}

function byColumn(writers: readonly Writer[], column: Writer["column"]): Writer[] {
  return writers.filter((writer) => writer.column === column);
}

/** The writer with the most text around its id explains a value best: `B_{id}` before `{id}`. */
function meaningOf(value: string | undefined, writers: readonly Writer[]): Key[] {
  const readings = writers.flatMap((writer) => {
    const id = idIn(value?.trim() ?? "", writer);
    return id === undefined
      ? []
      : [{ fit: writer.template.length, keys: keyOf(writer.kind, writer.issuer, id, writer.rank) }];
  });
  const best = Math.max(...readings.map(({ fit }) => fit));
  const keys = distinctKeys(readings.filter(({ fit }) => fit === best).flatMap((reading) => reading.keys));
  return keys.length === 1 ? keys : [];
}

function idIn(value: string, { template, id: shape }: Writer): string | undefined {
  const [before = "", after = ""] = template.split(ID);
  const id = value.slice(before.length, value.length - after.length);
  const isFramed = `${before}${id}${after}`.toLowerCase() === value.toLowerCase();
  return isFramed && SHAPES[shape].test(id) ? id : undefined;
}
