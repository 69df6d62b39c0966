/** The message about new cases: what it is, what to do, and what opens it. No personal data. Pure. */
import type { Held } from "../core/held.ts";
import { meaningOf } from "./held-meanings.ts";

/** SNS takes at most 100 characters, ASCII alone. */
export function subjectOf(cases: number): string {
  return cases === 1 ? "Kojarz: 1 sprawa / 1 case" : `Kojarz: sprawy / cases: ${cases}`;
}

/**
 * @param more how many new cases the next messages tell of
 * @param stage the deployment that the command has to name; absent on one machine
 */
export function messageOf(news: readonly Held[], warned: readonly Held[], more: number, stage?: string): string {
  const rest = more > 0 ? [`I jeszcze ${more} w następnej wiadomości. / ${more} more in the next message.`] : [];
  const ending =
    "Za tydzień lub wcześniej ta sprawa straci dane osobowe. / Within a week this case loses its personal data.";
  const line = (held: Held) => lineOf(held, stage);
  return [...news.map(line), ...warned.map((held) => `${ending}\n${line(held)}`), ...rest].join("\n\n");
}

function lineOf({ id, reason, account, sourceOrder, order }: Held, stage: string | undefined): string {
  const { pl, en } = meaningOf(reason);
  const own = order === undefined ? "" : ` (${order})`;
  const command = `kojarz case ${id}${stage === undefined ? "" : ` --stage ${stage}`}`;
  return [`${reason}: ${account} ${sourceOrder}${own}`, pl, en, command].join("\n");
}
