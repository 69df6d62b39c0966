/** The fields to subscribe at Adobe Commerce: exactly those that the mapping reads. */
import * as z from "zod/mini";
import { channels } from "../../../lib/channels/index.ts";
import { MagentoOrder } from "../../../lib/channels/magento/body.ts";
import { COMMERCE_FIELDS } from "../../../lib/channels/magento/extras.ts";
import { code } from "../markdown.ts";
import { builtOf } from "../settings.ts";

type Fields = { properties?: Record<string, Fields>; items?: Fields; anyOf?: Fields[] };

/** Objects that an event says otherwise: addresses are one list, and of the payment one field is read. */
const ELSEWHERE = new Set(["billing_address", "shipping_address", "payment", "items"]);

/** What the mapping reads by the names of the default settings. */
function readBySettings(): string[] {
  const adobe = channels.find(({ name }) => name === "adobe");
  const shape: Record<string, z.ZodMiniType> = (adobe && Reflect.get(builtOf(adobe.account), "shape")) ?? {};
  return ["taxIdFields", "pointFields"].flatMap((key) => {
    const given = shape[key] && z.safeParse(shape[key], undefined);
    return given?.success && Array.isArray(given.data) ? given.data.map(String) : [];
  });
}

function adobeFieldList(): { order: string[]; items: string[]; addresses: string[] } {
  const { properties = {} } = z.toJSONSchema(MagentoOrder, { io: "output", unrepresentable: "any" }) as Fields;
  const bySettings = readBySettings().map((path) => path.split("."));
  const top = bySettings.flatMap(([first, second]) =>
    first && (!second || first === "extension_attributes") ? [first] : [],
  );
  const ofAddress = bySettings.flatMap(([first, second]) => (first?.endsWith("_address") && second ? [second] : []));
  const order = [
    ...Object.keys(properties).filter((name) => !ELSEWHERE.has(name)),
    ...namesIn(properties.payment).map((name) => `payment.${name}`),
    ...top,
    ...COMMERCE_FIELDS,
  ];
  return {
    order: [...new Set(order)],
    items: namesIn(properties.items),
    addresses: [...new Set(["address_type", ...namesIn(properties.billing_address), ...ofAddress])],
  };
}

function namesIn(field: Fields | undefined): string[] {
  if (!field) return [];
  const own = Object.keys(field.properties ?? {});
  return own.length > 0 ? own : [...namesIn(field.items), ...(field.anyOf ?? []).flatMap(namesIn)];
}

export function adobeFields(): string {
  const { order, items, addresses } = adobeFieldList();
  const list = (names: readonly string[]) => names.map((name) => `- ${code(name)}`).join("\n");
  return `# Fields of Adobe Commerce's order event

Subscribe \`observer.sales_order_save_commit_after\` with all of these. An order whose event lacks a field that it needs is held, and
the reason names the field. The page [Adobe Commerce](../integrating/adobe.md) says where to enter them.

Add whatever your \`taxIdFields\`, \`pointFields\`, \`feeFields\` and \`marketplaceFields\` name.

## Of the order

${list(order)}
- \`items\`, with the fields of each line below
- \`addresses\`, with the fields of each address below

## Of each line (\`items\`)

${list(items)}

## Of each address (\`addresses\`)

${list(addresses)}`;
}
