/** What Kojarz says of itself to BaseLinker: lists that the seller maps BaseLinker's own entries to. Pure. */
import type { BaseLinkerAccount } from "./account.ts";

type Entry = { id: string; name: string };
type Status = Entry & { cancelled: boolean };

/** `standard` is the structure of the exchange that BaseLinker's own files have today. */
export const fileVersion = { platform: "Kojarz", version: "1.0.0", standard: 4 } as const;

const NEW: Status = { id: "new", name: "New", cancelled: false };
const CANCELLED: Status = { id: "cancelled", name: "Cancelled", cancelled: true };

export function statusesOf({ exchange, cancelledStatuses }: BaseLinkerAccount): readonly Status[] {
  return exchange.statuses ?? (cancelledStatuses.length > 0 ? [NEW, CANCELLED] : [NEW]);
}

/** Id to name, as the protocol wants every list. */
export function listOf(entries: readonly Entry[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ id, name }) => [id, name]));
}
