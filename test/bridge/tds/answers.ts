/** What SQL Server answers, as tokens ([MS-TDS] 2.2.7). */

/** Polish_CI_AS. */
const COLLATION = Buffer.from([0x15, 0x04, 0xd0, 0x00, 0x00]);
const TDS_7_4 = Buffer.from([0x74, 0x00, 0x00, 0x04]);

/** No encryption: what is sent stays on this machine. */
export function prelogin(): Buffer {
  const VERSION = [0x00, 0, 11, 0, 6];
  const ENCRYPTION = [0x01, 0, 17, 0, 1];
  const NOT_SUPPORTED = 0x02;
  return Buffer.from([...VERSION, ...ENCRYPTION, 0xff, 16, 0, 0, 0, 0, 0, NOT_SUPPORTED]);
}

export function loggedIn(): Buffer {
  const SQL = 1;
  const program = Buffer.concat([shortText("modelled"), Buffer.from([16, 0, 0, 0])]);
  return Buffer.concat([
    changed(7, COLLATION, Buffer.alloc(0)),
    token(0xad, Buffer.concat([Buffer.from([SQL]), TDS_7_4, program])),
    done(),
  ]);
}

export function began(transaction: Buffer): Buffer {
  return Buffer.concat([changed(8, transaction, Buffer.alloc(0)), done()]);
}

export function ended(how: "committed" | "rolled back", transaction: Buffer): Buffer {
  return Buffer.concat([changed(how === "committed" ? 9 : 10, Buffer.alloc(0), transaction), done()]);
}

/** A procedure that did `ROLLBACK` and `BEGIN TRANSACTION`: both notices in one answer. */
export function endedAndBegan(before: Buffer, transaction: Buffer): Buffer {
  return Buffer.concat([changed(10, Buffer.alloc(0), before), changed(8, transaction, Buffer.alloc(0)), done()]);
}

export function failed(number: number, message: string): Buffer {
  const STATE = 1;
  const SEVERITY = 16;
  const numbers = Buffer.alloc(4);
  numbers.writeUInt32LE(number);
  const place = Buffer.concat([shortText("modelled"), shortText(""), Buffer.from([1, 0, 0, 0])]);
  const body = Buffer.concat([numbers, Buffer.from([STATE, SEVERITY]), longText(message), place]);
  return Buffer.concat([token(0xaa, body), done(0x02)]);
}

/** Objects with the same names in each. */
export function rowsOf(rows: readonly unknown[]): Buffer {
  const objects = rows as ReadonlyArray<Record<string, string | number | null>>;
  const names = Object.keys(objects[0] ?? {});
  if (names.length === 0) return done();
  const columns = names.map((name) => ({ name, isNumber: objects.some((row) => typeof row[name] === "number") }));
  return Buffer.concat([
    Buffer.from([0x81]),
    uint16(columns.length),
    ...columns.map(({ name, isNumber }) =>
      Buffer.concat([
        Buffer.alloc(4),
        Buffer.from([0x09, 0x00]),
        isNumber ? Buffer.from([0x26, 4]) : Buffer.concat([Buffer.from([0xe7]), uint16(8_000), COLLATION]),
        shortText(name),
      ]),
    ),
    ...objects.map((row) =>
      Buffer.concat([
        Buffer.from([0xd1]),
        ...columns.map(({ name, isNumber }) => fieldOf(row[name] ?? null, isNumber)),
      ]),
    ),
    done(0x10, rows.length),
  ]);
}

function fieldOf(value: string | number | null, isNumber: boolean): Buffer {
  if (!isNumber) return value === null ? uint16(0xffff) : longText(String(value), "bytes");
  if (value === null) return Buffer.from([0]);
  const number = Buffer.alloc(5);
  number.writeUInt8(4, 0);
  number.writeInt32LE(Number(value), 1);
  return number;
}

/** `attention`: the client gave up on what it asked, and is told that it was heard. */
export const attention = () => done(0x20);

export function done(status = 0, count = 0): Buffer {
  const body = Buffer.alloc(13);
  body.writeUInt8(0xfd, 0);
  body.writeUInt16LE(status, 1);
  body.writeBigUInt64LE(BigInt(count), 5);
  return body;
}

function changed(what: number, to: Buffer, from: Buffer): Buffer {
  return token(0xe3, Buffer.concat([Buffer.from([what, to.length]), to, Buffer.from([from.length]), from]));
}

function token(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type]), uint16(body.length), body]);
}

function shortText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "utf16le")]);
}

function longText(text: string, counted: "letters" | "bytes" = "letters"): Buffer {
  return Buffer.concat([uint16(counted === "letters" ? text.length : text.length * 2), Buffer.from(text, "utf16le")]);
}

function uint16(number: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(number);
  return buffer;
}
