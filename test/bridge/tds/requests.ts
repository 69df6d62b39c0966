/** What a client asks: a batch of SQL, `sp_executesql` with its parameters, or a change of the transaction. */
import type { PeoplesText, Values } from "../../../bridge/wapro/executor.ts";

/** [MS-TDS] 2.2.6.9. */
export const TRANSACTION = { begin: 5, commit: 7, rollback: 8 } as const;

const SP_EXECUTESQL = 10;
const NULL_LENGTH = 0xffff;

export function transactionOf(data: Buffer): number {
  return afterHeaders(data).readUInt16LE(0);
}

export function batchOf(data: Buffer): string {
  return afterHeaders(data).toString("utf16le");
}

/** @throws for what the bridge does not send */
export function callOf(data: Buffer): { text: string; values: Values } {
  const { number, bytes, done } = reader(afterHeaders(data));
  if (number(2) !== 0xffff || number(2) !== SP_EXECUTESQL) throw new Error("a procedure other than sp_executesql");
  bytes(2);
  const parameters: Array<[string, Parameter]> = [];
  while (!done()) {
    const name = bytes(number(1) * 2).toString("utf16le");
    bytes(1);
    parameters.push([name.slice(1), parameterOf({ number, bytes })]);
  }
  const [[, statement] = [], , ...values] = parameters;
  if (typeof statement !== "object" || !statement) throw new Error("sp_executesql without a statement");
  return { text: statement.text, values: Object.fromEntries(values) };
}

type Parameter = string | number | null | PeoplesText;

const TYPE = { intn: 0x26, varchar: 0xa7, nvarchar: 0xe7 } as const;

/** The database's collation is Polish: its varchar is of this code page. */
const CP1250 = new TextDecoder("windows-1250");

function parameterOf({ number, bytes }: Pick<Reader, "number" | "bytes">): Parameter {
  const type = number(1);
  if (type === TYPE.intn) {
    bytes(1);
    return number(1) === 0 ? null : bytes(4).readInt32LE(0);
  }
  if (type !== TYPE.varchar && type !== TYPE.nvarchar) throw new Error(`a parameter of the type ${type}`);
  const most = number(2);
  bytes(5);
  const length = most === 0xffff ? "parts" : number(2);
  if (length === NULL_LENGTH) return null;
  const raw = length === "parts" ? partsOf({ number, bytes }) : bytes(length);
  return type === TYPE.varchar ? CP1250.decode(raw) : { text: raw.toString("utf16le") };
}

/** A value longer than 8,000 bytes comes in parts, the last of them empty. */
function partsOf({ number, bytes }: Pick<Reader, "number" | "bytes">): Buffer {
  bytes(8);
  const parts: Buffer[] = [];
  for (let length = number(4); length > 0; length = number(4)) parts.push(bytes(length));
  return Buffer.concat(parts);
}

type Reader = ReturnType<typeof reader>;

function reader(data: Buffer) {
  let at = 0;
  const bytes = (count: number) => {
    if (at + count > data.length) throw new Error("a request that ends too early");
    at += count;
    return data.subarray(at - count, at);
  };
  return { bytes, number: (count: number) => bytes(count).readUIntLE(0, count), done: () => at === data.length };
}

/** They name the transaction and the number of open requests. */
function afterHeaders(data: Buffer): Buffer {
  return data.subarray(data.readUInt32LE(0));
}
