/** The message that any shop may send. */
import { StandardOrder } from "../../../lib/channels/standard/schema.ts";
import { table } from "../markdown.ts";
import { jsonOf, messageRows } from "../settings.ts";

export function standardOrder(): string {
  return `# The message of Standard Webhooks

One order as it is now. [Standard Webhooks](../integrating/standard-webhooks.md) has a sample and a sender. \`GET\` of the webhook's
address returns the same as JSON Schema, draft 2020-12. Fields that are not listed are ignored.

${table(["field", "takes", "required", "meaning"], messageRows(jsonOf(StandardOrder)))}`;
}
