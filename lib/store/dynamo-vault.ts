/**
 * The vault in DynamoDB: one item an account, `{ pk, box, lockToken, lockUntil, savedBy }`.
 *
 * `box` is AES-256-GCM over the secret as JSON: nonce (12 bytes), tag (16 bytes), ciphertext. The account's name is
 * authenticated with it, so that an item copied under another account does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { Instant } from "../core/order.ts";
import type { Secret, Vault } from "../core/ports/vault.ts";
import { anyText, textOrNumber } from "../core/schemas.ts";
import { type Table, table } from "./table.ts";

const CIPHER = "aes-256-gcm";
const NONCE = 12;
const TAG = 16;

const Item = z.object({ box: z.optional(z.instanceof(Uint8Array)) });
/** An item in an exception comes as the service sent it. */
const SavedItem = z.object({ savedBy: z.object({ S: anyText }) });
const Content = z.record(anyText, textOrNumber);

/** @param keys of 32 bytes each: the first closes, all open, so that a key can be replaced without a gap */
export function dynamoVault(table: Table, keys: readonly [Buffer, ...Buffer[]], now: () => Instant): Vault {
  const [key] = keys;
  if (keys.some(({ length }) => length !== 32)) throw new Error("the vault's key must be 32 bytes long");
  const { documents, name: TableName } = table;

  /** False when the condition did not hold, unless `done` finds in the item that an earlier, unanswered try did it. */
  async function update(
    account: string,
    input: Omit<UpdateCommandInput, "TableName" | "Key">,
    done: (item: unknown) => boolean = () => false,
  ): Promise<boolean> {
    try {
      const Key = { pk: pkOf(account) };
      await documents.send(
        new UpdateCommand({ TableName, Key, ReturnValuesOnConditionCheckFailure: "ALL_OLD", ...input }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return done(error.Item);
      throw error;
    }
  }

  /** Under the first key, unless somebody saved meanwhile: whoever reads has the old key needed by nobody. */
  async function closeAnew(account: string, box: Uint8Array, secret: Secret): Promise<void> {
    await update(account, {
      UpdateExpression: "SET box = :next",
      ConditionExpression: "box = :box",
      ExpressionAttributeValues: { ":box": box, ":next": closed(account, secret, key) },
    });
  }

  return {
    async read(account) {
      const { Item: found } = await documents.send(
        new GetCommand({ TableName, Key: { pk: pkOf(account) }, ConsistentRead: true }),
      );
      const { box } = Item.parse(found ?? {});
      if (!box) return undefined;
      const { secret, by } = openedByOne(account, box, keys);
      if (by !== key) await closeAnew(account, box, secret);
      return secret;
    },

    lock(account, token, until) {
      return update(account, {
        UpdateExpression: "SET lockToken = :token, lockUntil = :until",
        ConditionExpression: "attribute_not_exists(lockToken) OR lockUntil <= :now OR lockToken = :token",
        ExpressionAttributeValues: { ":token": token, ":until": until, ":now": now() },
      });
    },

    /** A lock that is over but that nobody took since still counts: the new secret may be the only valid one. */
    save(account, token, secret) {
      return update(
        account,
        {
          UpdateExpression: "SET box = :box, savedBy = :token REMOVE lockToken, lockUntil",
          ConditionExpression: "lockToken = :token",
          ExpressionAttributeValues: { ":token": token, ":box": closed(account, secret, key) },
        },
        (item) => SavedItem.safeParse(item).data?.savedBy.S === token,
      );
    },

    async unlock(account, token) {
      await update(account, {
        UpdateExpression: "REMOVE lockToken, lockUntil",
        ConditionExpression: "lockToken = :token",
        ExpressionAttributeValues: { ":token": token },
      });
    },
  };
}

function pkOf(account: string): string {
  return `${table.prefixes.vault}${account}`;
}

function closed(account: string, secret: Secret, key: Buffer): Uint8Array {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(account));
  const text = Buffer.concat([cipher.update(JSON.stringify(secret), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** @throws where none of the keys opens it */
function openedByOne(account: string, box: Uint8Array, keys: readonly Buffer[]): { secret: Secret; by: Buffer } {
  const failures: unknown[] = [];
  for (const by of keys) {
    try {
      return { secret: opened(account, box, by), by };
    } catch (cause) {
      failures.push(cause);
    }
  }
  throw new Error(`the vault's item of ${account} does not open with this key`, { cause: failures[0] });
}

function opened(account: string, box: Uint8Array, key: Buffer): Secret {
  const nonce = box.subarray(0, NONCE);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG })
    .setAAD(Buffer.from(account))
    .setAuthTag(box.subarray(NONCE, NONCE + TAG));
  const text = Buffer.concat([decipher.update(box.subarray(NONCE + TAG)), decipher.final()]);
  return Content.parse(JSON.parse(text.toString("utf8")));
}
