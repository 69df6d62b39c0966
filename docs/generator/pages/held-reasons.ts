/** Why something is held, in both languages of those who operate Kojarz. */
import { declaredReason, type Ending } from "../../../lib/core/held-reasons.ts";
import { canSettle } from "../../../lib/core/notices.ts";
import { meanings } from "../../../lib/ops/held-meanings.ts";
import { code, table } from "../markdown.ts";

/** What ends a case without a person, in few words. */
const ENDINGS: Readonly<Record<Ending, string>> = {
  "taken-in": "a later report of the order is taken in",
  "in-erp": "the order is in the ERP, or cancelled",
  cancelled: "the order is cancelled",
  "as-given": "its source tells it as the ERP has it, or cancels it",
  "ready-again": "its source says that it is ready again, or cancels it",
  "asked-again": "its source was asked since",
  "goes-on": "the order waits no more",
  nothing: "",
};

export function heldReasons(): string {
  const rows = meanings()
    .flatMap(({ reasons, meaning }) => reasons.map((reason) => ({ reason, meaning })))
    .sort((a, b) => a.reason.localeCompare(b.reason))
    .map(({ reason, meaning }) => [code(reason), meaning.en, meaning.pl, endingOf(reason)]);
  return `# Held reasons

What waits for a person has a reason. The dashboard shows these texts below the graph "Held by reason", and the local page \`/held\`
shows them too. [Operating](../operating.md) says where to look. The last column says what closes a case by itself; without it a
person closes it.

\`other\` is what the metric calls a reason that an ERP made up itself; the log line has it in full.

${table(["reason", "what it means, and what to do", "co to znaczy i co zrobić", "closes by itself when"], rows)}`;
}

function endingOf(reason: string): string {
  if (reason.endsWith("erp-sql-N")) return ENDINGS["in-erp"];
  const ending = declaredReason(reason)?.ending ?? "nothing";
  return ending === "nothing" && canSettle(reason) ? "a later report explains it" : ENDINGS[ending];
}
