/** Defects of the store: conditions that are dropped or weakened, reads that are behind, answers that are misread. */
import { defectsOf } from "../defect.ts";
import type { Mutation } from "../mutate.ts";

const claims = defectsOf("lib/store/dynamo-claims.ts", "test/store/claims.test.ts", "test/store/dynamo-faults.test.ts");
const batch = defectsOf("lib/store/dynamo-claims.ts", "test/store/dynamo-faults.test.ts", "test/store/costs.test.ts");
const feeds = defectsOf("lib/store/dynamo-feeds.ts", "test/feeds/run.test.ts", "test/feeds/hints.test.ts");
const vault = defectsOf("lib/store/dynamo-vault.ts", "test/store/dynamo-vault.test.ts");
const outbox = defectsOf("lib/store/dynamo-outbox.ts", "test/erp/bridge/outbox.test.ts");
const numbers = defectsOf("lib/store/dynamo-numbers.ts", "test/store/dynamo-numbers.test.ts");

export const store: readonly Mutation[] = [
  claims("a key is written whatever rank was read", " AND #rank = :rank${taken}`", "${taken} OR #rank = :rank`"),
  claims(
    "a key is written whether shared or not",
    " AND #shared = :shared AND",
    " AND (#shared = :shared OR attribute_exists(pk)) AND",
  ),
  claims(
    "a key is written whatever its end",
    " AND expiresAt = :expires AND",
    " AND (expiresAt = :expires OR attribute_exists(pk)) AND",
  ),
  claims(
    "a key is taken from an order that has it",
    'ConditionExpression: "attribute_not_exists(pk) OR memoryUntil <= :now",',
    'ConditionExpression: "attribute_not_exists(pk) OR memoryUntil <> :now",',
  ),
  claims(
    "a key is free only when the store has deleted it",
    '"attribute_not_exists(pk) OR memoryUntil <= :now"',
    '"attribute_not_exists(pk) OR memoryUntil < :now"',
  ),
  claims(
    "an order is written whatever version was read",
    'ConditionExpression: "version = :version"',
    'ConditionExpression: "version >= :version OR version < :version"',
  ),
  claims("a transaction in progress is no race", '  "TransactionInProgressException",\n', ""),
  claims("a single write in conflict is no race", '  "TransactionConflictException",\n', ""),
  claims(
    "a transaction in conflict is no race",
    'new Set(["ConditionalCheckFailed", "TransactionConflict"])',
    'new Set(["ConditionalCheckFailed"])',
  ),
  claims(
    "an order is read from behind",
    "Key: { pk: orderPk(id) }, ConsistentRead: true }",
    "Key: { pk: orderPk(id) }, ConsistentRead: false }",
  ),
  claims(
    "due orders are found before they are due",
    '"lane = :lane AND dueAt <= :now"',
    '"lane = :lane AND dueAt >= :now"',
  ),
  batch(
    "batch reads are not consistent",
    "asked.map((pk) => ({ pk })), ConsistentRead: true",
    "asked.map((pk) => ({ pk })), ConsistentRead: false",
  ),
  batch(
    "what a batch left unread counts as free",
    "left = [...unread, ...left.slice(BATCH)];",
    "left = [...left.slice(BATCH)];",
  ),
  feeds(
    "two runs own a feed at once",
    '"attribute_not_exists(#until) OR #until <= :now OR #lease = :lease"',
    '"attribute_not_exists(#until) OR #until <= :now OR #lease = :lease OR attribute_exists(pk)"',
  ),
  feeds(
    "a cursor is moved without the lease",
    'UpdateExpression: `SET ${set}`,\n      ConditionExpression: "#lease = :lease"',
    'UpdateExpression: `SET ${set}`,\n      ConditionExpression: "#lease = :lease OR attribute_exists(pk)"',
  ),
  feeds(
    "a task that was asked for again is forgotten",
    'Key: { pk: refreshPk(account, task.id) },\n            ConditionExpression: "#token = :token"',
    'Key: { pk: refreshPk(account, task.id) },\n            ConditionExpression: "#token = :token OR attribute_exists(pk)"',
  ),
  feeds(
    "a task that cools is read at once",
    '"attribute_not_exists(coolUntil) OR coolUntil <= :now"',
    '"attribute_not_exists(coolUntil) OR coolUntil <= :now OR coolUntil > :now"',
  ),
  vault(
    "two processes refresh a token at once",
    '"attribute_not_exists(lockToken) OR lockUntil <= :now OR lockToken = :token"',
    '"attribute_not_exists(lockToken) OR lockUntil <= :now OR lockToken = :token OR attribute_exists(pk)"',
  ),
  vault(
    "a token is saved without the lock",
    'UpdateExpression: "SET box = :box, savedBy = :token REMOVE lockToken, lockUntil",\n          ConditionExpression: "lockToken = :token"',
    'UpdateExpression: "SET box = :box, savedBy = :token REMOVE lockToken, lockUntil",\n          ConditionExpression: "lockToken = :token OR attribute_exists(pk)"',
  ),
  vault(
    "a secret opens under another account",
    ".setAAD(Buffer.from(account));\n  const text",
    '.setAAD(Buffer.from(""));\n  const text',
  ),
  outbox(
    "a piece of work is given out twice",
    '"(#token = :token OR (attribute_not_exists(#token) AND dueAt > :now))"',
    '"(#token = :token OR attribute_exists(pk) OR dueAt > :now)"',
  ),
  outbox(
    "work is given out after its time",
    "(attribute_not_exists(#token) AND dueAt > :now))",
    "attribute_not_exists(#token) OR dueAt > :now)",
  ),
  outbox(
    "an ack is taken after the work was taken back",
    '"#token = :token AND attribute_not_exists(takenBack)"',
    '"#token = :token"',
  ),
  outbox(
    "anybody acks a piece of work",
    '"#token = :token AND attribute_not_exists(takenBack)"',
    '"attribute_not_exists(takenBack) AND (#token = :token OR attribute_exists(pk))"',
  ),
  outbox(
    "a second ack replaces the first",
    '"SET outcome = if_not_exists(outcome, :outcome)"',
    '"SET outcome = :outcome"',
  ),
  numbers(
    "an order gets a second number",
    'Item: { pk, number }, ConditionExpression: "attribute_not_exists(pk)"',
    "Item: { pk, number }",
  ),
];
