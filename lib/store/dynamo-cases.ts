/** The cases in DynamoDB: the items of held messages, the open ones in the indexes of what is due and of what is looked for. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { QueryCommand, type QueryCommandInput, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { Held } from "../core/held.ts";
import { Instant } from "../core/order.ts";
import type { Cases, OpenCase } from "../core/ports/cases.ts";
import { anyText } from "../core/schemas.ts";
import { present } from "../core/writes.ts";
import { CASES, CLOSED_CASES, CLOSES, closing, heldPk, OPEN_CASES } from "./case-items.ts";
import { batchGet } from "./dynamo-claims.ts";
import { type Table, table } from "./table.ts";

/** As it was read: nobody closed it, and nobody said it again. */
const UNCHANGED = "attribute_exists(pk) AND attribute_not_exists(resolved) AND #count = :count";

const optionalInstant = z.exactOptional(Instant);

/** What the index projects of an open case. */
const OpenItem = z.lazy(() =>
  z.object({ pk: anyText, reason: anyText, account: anyText, findAt: Instant, toldAt: optionalInstant }),
);

/** Where a page ends: the keys of the index and of the table. */
const Cursor = z.lazy(() => z.object({ pk: anyText, findBy: anyText, findAt: Instant }));

export function dynamoCases({ documents, name }: Table): Cases {
  type Change = Pick<UpdateCommandInput, "UpdateExpression" | "ExpressionAttributeNames" | "ConditionExpression">;

  /** False where the condition, that it is open and as it was read unless said otherwise, did not hold. */
  async function update({ id, count }: Pick<Held, "id" | "count">, change: Change, values: object): Promise<boolean> {
    const { ConditionExpression = UNCHANGED, ExpressionAttributeNames, UpdateExpression } = change;
    const isCounted = ConditionExpression.includes("#count");
    const names = { ...(isCounted && { "#count": "count" }), ...ExpressionAttributeNames };
    try {
      await documents.send(
        new UpdateCommand({
          TableName: name,
          Key: { pk: heldPk(id) },
          UpdateExpression,
          ConditionExpression,
          // The service refuses an empty list of names.
          ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
          ExpressionAttributeValues: { ...(isCounted && { ":count": count }), ...values },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async function read(ids: readonly string[]): Promise<Held[]> {
    const items = await batchGet({ documents, name }, ids.map(heldPk));
    return items.map((item) => Held.parse(item));
  }

  async function dueIn(lane: string, now: Instant, limit: number): Promise<Held[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: name,
        IndexName: table.dueIndex.name,
        KeyConditionExpression: "lane = :lane AND dueAt <= :now",
        ExpressionAttributeValues: { ":lane": lane, ":now": now },
        Limit: limit,
      }),
    );
    return read(Items.map(({ pk }) => String(pk).slice(table.prefixes.held.length)));
  }

  return {
    read,

    async due(now, limit) {
      return (await dueIn(CASES, now, limit)).filter(({ resolved }) => !resolved);
    },

    async lookAgain(held, dueAt) {
      // One of an older Kojarz gets into the lists of open cases here.
      const change = { UpdateExpression: "SET lane = :cases, dueAt = :due, findBy = :open, findAt = :first" };
      const values = { ":cases": CASES, ":due": dueAt, ":open": OPEN_CASES, ":first": held.firstAt };
      await update(held, change, values);
    },

    async resolve(held, resolution, until) {
      const names = { ExpressionAttributeNames: CLOSES.ExpressionAttributeNames };
      const change = { UpdateExpression: CLOSES.UpdateExpression, ...names };
      return update(held, change, closing(resolution, until));
    },

    async open({ first, limit, reason, account, cursor }) {
      const filters = [...(reason ? ["reason = :reason"] : []), ...(account ? ["account = :account"] : [])];
      const asked = {
        TableName: name,
        IndexName: table.findIndex.name,
        KeyConditionExpression: "findBy = :open",
        ExpressionAttributeValues: present({ ":open": OPEN_CASES, ":reason": reason, ":account": account }),
        ScanIndexForward: first === "oldest",
        ...(filters.length > 0 && { FilterExpression: filters.join(" AND ") }),
      } satisfies QueryCommandInput;
      const cases: OpenCase[] = [];
      let start: Record<string, unknown> | undefined = cursor === undefined ? undefined : cursorFrom(cursor);
      do {
        const page = await documents.send(
          new QueryCommand({
            ...asked,
            ...(filters.length === 0 && { Limit: limit - cases.length }),
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        start = page.LastEvaluatedKey;
        for (const item of page.Items ?? []) {
          const found = openFrom(item);
          cases.push(found);
          if (cases.length < limit) continue;
          return { cases, cursor: cursorOf({ pk: item.pk, findBy: OPEN_CASES, findAt: item.findAt }) };
        }
      } while (start);
      return { cases };
    },

    async markTold(id, what, at) {
      const change = {
        UpdateExpression: `SET ${what} = :at`,
        ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(resolved)",
      };
      await update({ id, count: 0 }, change, { ":at": at });
    },

    async erase(held, at) {
      const change = { UpdateExpression: "SET erasedAt = :at, body = :none, changes = :nothing" };
      return update(held, change, { ":at": at, ":none": "", ":nothing": [] });
    },

    async over(now, limit) {
      return (await dueIn(CLOSED_CASES, now, limit)).filter(({ resolved }) => resolved);
    },

    async forget({ id, count }) {
      const change = {
        UpdateExpression: "SET body = :none, detail = :none, changes = :nothing REMOVE lane, dueAt",
        ConditionExpression: "attribute_exists(resolved)",
      };
      await update({ id, count }, change, { ":none": "", ":nothing": [] });
    },
  };
}

function openFrom(item: Record<string, unknown>): OpenCase {
  const { pk, reason, account, findAt: firstAt, toldAt } = OpenItem.parse(item);
  return present({ id: pk.slice(table.prefixes.held.length), reason, account, firstAt, toldAt });
}

function cursorOf(key: object): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** @throws where it is none of ours */
function cursorFrom(cursor: string): Record<string, unknown> {
  return Cursor.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
}
