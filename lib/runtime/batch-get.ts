import { setTimeout as wait } from "node:timers/promises";
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./table.ts";

const BATCH = 100;
const MAX_ROUNDS = 8;

/**
 * Reads items by `pk`, strongly consistent, in one request for up to 100. What the service left unprocessed is read
 * again: a key that was not read is not a key that is free.
 * @throws when after several rounds the service still leaves some unread
 */
export async function batchGet(
  { documents, name }: Table,
  pks: readonly string[],
): Promise<Array<Record<string, unknown>>> {
  const items: Array<Record<string, unknown>> = [];
  let left = [...pks];
  for (let round = 0; left.length > 0; round += 1) {
    if (round === MAX_ROUNDS + Math.ceil(pks.length / BATCH)) throw new Error(`${left.length} items could not be read`);
    if (round > 0) await wait(Math.random() * 20 * 2 ** Math.min(round, 6));
    const asked = left.slice(0, BATCH);
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [name]: { Keys: asked.map((pk) => ({ pk })), ConsistentRead: true } } }),
    );
    items.push(...(Responses?.[name] ?? []));
    const unread = (UnprocessedKeys?.[name]?.Keys ?? []).map((key) => String(key.pk));
    left = [...unread, ...left.slice(BATCH)];
  }
  return items;
}
