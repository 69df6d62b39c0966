/** What an operator sees beside orders and cases, in DynamoDB. */
import { ConditionalCheckFailedException, DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { GetCommand, QueryCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { Audit } from "../core/audit.ts";
import { Held } from "../core/held.ts";
import { DAY, Instant } from "../core/order.ts";
import type { AccountState, Desk, Scanned } from "../core/ports/desk.ts";
import { anyBoolean, anyInt, anyText } from "../core/schemas.ts";
import { present } from "../core/writes.ts";
import { batchGet, orderFrom } from "./dynamo-claims.ts";
import { shapesOf } from "./shapes.ts";
import { AUDITS, auditPk, ERP_NUMBERS, type Table, table } from "./table.ts";

const WEEK = 7 * DAY;
/** A poll shows the same ignored orders each time: one record an hour and process is enough. */
const IGNORED_AGAIN = 3_600_000;
const MAX_REMEMBERED = 2_000;
/** A longer "id" is none, and no key of an item either. */
const MAX_ID = 500;
/** One request changes at most so many orders that a page of it is answered in time. */
const MAX_ENTRIES = 100;

const IgnoredItem = z.lazy(() =>
  z.object({ account: anyText, sourceOrder: anyText, reason: anyText, at: Instant, count: anyInt }),
);

const optionalInstant = z.exactOptional(Instant);
const optionalInt = z.exactOptional(anyInt);

const AccountItem = z.lazy(() =>
  z.object({
    lastReportAt: optionalInstant,
    lastOrderAt: optionalInstant,
    polledAt: optionalInstant,
    polledWellAt: optionalInstant,
    failedAt: optionalInstant,
    failure: z.exactOptional(anyText),
    cursorLagMs: optionalInt,
    unreadMs: optionalInt,
    blockedUntil: optionalInstant,
    tokenUntil: optionalInstant,
    refusedAt: optionalInstant,
    refusedSince: optionalInstant,
  }),
);

/** Each reason is an attribute of its own, so that it can be counted without being read. */
const REFUSED = "refused:";

function accountStateOf(item: Record<string, unknown>): AccountState {
  const counts = Object.entries(item).filter(([attribute]) => attribute.startsWith(REFUSED));
  const refused = Object.fromEntries(
    counts.map(([attribute, count]) => [attribute.slice(REFUSED.length), Number(count)]),
  );
  return present({ ...AccountItem.parse(item), refused: counts.length > 0 ? refused : undefined });
}

const SweepItem = z.lazy(() =>
  z.object({
    at: Instant,
    circuit: z.enum(["closed", "open", "trying"]),
    circuitUntil: optionalInstant,
    due: anyInt,
    toldAt: optionalInstant,
    kept: z.exactOptional(anyText),
    tryNow: z.exactOptional(anyBoolean),
  }),
);

const SWEEP = `${table.prefixes.seen}sweep`;

export function dynamoDesk({ documents, name }: Table): Desk {
  const TableName = name;
  /** Which ignored messages this process noted, and when. */
  const noted = new Map<string, Instant>();

  function isNews(what: string, now: Instant): boolean {
    if (now - (noted.get(what) ?? Number.NEGATIVE_INFINITY) < IGNORED_AGAIN) return false;
    if (noted.size >= MAX_REMEMBERED) noted.clear();
    noted.set(what, now);
    return true;
  }

  async function set(pk: string, values: Record<string, unknown>): Promise<void> {
    const entries = Object.entries(values);
    if (entries.length === 0) return;
    await documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk },
        UpdateExpression: `SET ${entries.map((_, n) => `#n${n} = :v${n}`).join(", ")}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([attribute], n) => [`#n${n}`, attribute])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], n) => [`:v${n}`, value])),
      }),
    );
  }

  async function found(by: string): Promise<string[]> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName,
        IndexName: table.findIndex.name,
        KeyConditionExpression: "findBy = :by",
        ExpressionAttributeValues: { ":by": by },
        Limit: MAX_ENTRIES,
      }),
    );
    return Items.map(({ pk }) => String(pk));
  }

  async function auditsAt(pks: readonly string[]): Promise<Audit[]> {
    const audits = (await batchGet({ documents, name }, pks)).map((item) => Audit.parse(item));
    return audits.sort((a, b) => a.at - b.at || a.index - b.index);
  }

  /** Of the whole table. */
  async function pageOf(cursor: string | undefined, limit: number) {
    const { Table: described } = await documents.send(new DescribeTableCommand({ TableName }));
    const { Items: items = [], LastEvaluatedKey } = await documents.send(
      new ScanCommand({
        TableName,
        Limit: limit,
        ...(cursor !== undefined && { ExclusiveStartKey: { pk: cursor } }),
      }),
    );
    return { items, of: described?.ItemCount, cursor: LastEvaluatedKey && String(LastEvaluatedKey.pk) };
  }

  return {
    async noteIgnored({ account, sourceOrder, reason }, now) {
      if (sourceOrder.length > MAX_ID || !isNews([account, sourceOrder, reason].join("\n"), now)) return;
      await documents.send(
        new UpdateCommand({
          TableName,
          Key: { pk: ignoredPk(account, sourceOrder) },
          UpdateExpression:
            "SET account = :account, sourceOrder = :source, reason = :reason, #at = :now, #ttl = :ttl ADD #count :one",
          ExpressionAttributeNames: { "#at": "at", "#ttl": table.ttl, "#count": "count" },
          ExpressionAttributeValues: {
            ":account": account,
            ":source": sourceOrder,
            ":reason": reason,
            ":now": now,
            ":ttl": Math.ceil((now + WEEK) / 1000),
            ":one": 1,
          },
        }),
      );
    },

    async ignored(names) {
      const pks = names.map(({ account, sourceOrder }) => ignoredPk(account, sourceOrder));
      return (await batchGet({ documents, name }, pks)).map((item) => IgnoredItem.parse(item));
    },

    async withErpNumber(number) {
      return (await found(`${ERP_NUMBERS}${number}`)).map((pk) => pk.slice(table.prefixes.order.length));
    },

    async audits(of) {
      return auditsAt(await found(`${AUDITS}${of}`));
    },

    async audited(request) {
      const first = auditPk({ request, index: 0 });
      const { Item } = await documents.send(new GetCommand({ TableName, Key: { pk: first }, ConsistentRead: true }));
      if (!Item) return [];
      return auditsAt([0, 1].map((index) => auditPk({ request, index })));
    },

    async accountStates(accounts) {
      const items = await batchGet({ documents, name }, accounts.map(accountPk));
      return new Map(items.map((item): [string, AccountState] => [accountOf(item), accountStateOf(item)]));
    },

    saveAccountState: (account, state) => set(accountPk(account), present({ ...state })),

    async countRefused(account, reason, count, at) {
      const counted = async (and: string, condition?: string) => {
        const { Attributes } = await documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: accountPk(account) },
            UpdateExpression: `SET refusedAt = :at${and} ADD #reason :count`,
            ...(condition && { ConditionExpression: condition }),
            ExpressionAttributeNames: { "#reason": `${REFUSED}${reason}` },
            ExpressionAttributeValues: { ":at": at, ":count": count, ...(condition && { ":yesterday": at - DAY }) },
            ReturnValues: "ALL_NEW",
          }),
        );
        return accountStateOf(Attributes ?? {});
      };
      try {
        return await counted("", "refusedAt > :yesterday AND attribute_exists(refusedSince)");
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return await counted(", refusedSince = :at");
      }
    },

    async sweepState() {
      const { Item } = await documents.send(new GetCommand({ TableName, Key: { pk: SWEEP }, ConsistentRead: true }));
      return Item && SweepItem.safeParse(Item).data;
    },

    async saveSweepState({ at, circuit, circuitUntil, due, toldAt, kept }) {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName,
          Key: { pk: SWEEP },
          UpdateExpression:
            "SET #at = :at, circuit = :circuit, circuitUntil = :until, due = :due, toldAt = :told, kept = :kept REMOVE tryNow",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: {
            ":at": at,
            ":circuit": circuit,
            ":until": circuitUntil ?? 0,
            ":due": due,
            ":told": toldAt ?? 0,
            ":kept": kept ?? "",
          },
          ReturnValues: "ALL_OLD",
        }),
      );
      return SweepItem.safeParse(Attributes).data;
    },

    async scan(cursor, limit) {
      const { items, of, cursor: next } = await pageOf(cursor, limit);
      const ofKind = (prefix: string) => items.filter(({ pk }) => String(pk).startsWith(prefix));
      return present<Scanned>({
        orders: ofKind(table.prefixes.order).map(orderFrom),
        cases: ofKind(table.prefixes.held).map((item) => Held.parse(item)),
        looked: items.length,
        of,
        cursor: next,
      });
    },

    async shapes(cursor, limit) {
      const { items, of, cursor: next } = await pageOf(cursor, limit);
      return { ...shapesOf(items), looked: items.length, of, cursor: next };
    },

    async askToTryNow(now) {
      await documents.send(
        new UpdateCommand({
          TableName,
          Key: { pk: SWEEP },
          UpdateExpression:
            "SET tryNow = :yes, #at = if_not_exists(#at, :now), circuit = if_not_exists(circuit, :closed), " +
            "due = if_not_exists(due, :none)",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":yes": true, ":now": now, ":closed": "closed", ":none": 0 },
        }),
      );
    },
  };
}

function accountPk(account: string): string {
  return `${table.prefixes.seen}${account}`;
}

function accountOf({ pk }: Record<string, unknown>): string {
  return String(pk).slice(table.prefixes.seen.length);
}

function ignoredPk(account: string, sourceOrder: string): string {
  return `${table.prefixes.ignored}${account}/${sourceOrder}`;
}
