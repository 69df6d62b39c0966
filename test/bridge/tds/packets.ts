/** TDS as SQL Server speaks it, as far as the bridge's driver needs it ([MS-TDS] 2.2.3): messages cut into packets. */
import type { Socket } from "node:net";

/** [MS-TDS] 2.2.3.1.1. */
export const REQUEST = {
  batch: 0x01,
  rpc: 0x03,
  attention: 0x06,
  transaction: 0x0e,
  login: 0x10,
  prelogin: 0x12,
} as const;
const ANSWER = 0x04;

const HEADER_BYTES = 8;
const PACKET_BYTES = 4096;
const LAST = 0x01;
const RESET = 0x08;

export type Message = {
  type: number;
  /** A client that took the connection out of its pool: what was left open is to be rolled back. */
  resets: boolean;
  data: Buffer;
};

/** Ends when the client is gone. */
export async function* messagesFrom(socket: Socket): AsyncGenerator<Message> {
  let buffered = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let resets = false;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= HEADER_BYTES && buffered.length >= buffered.readUInt16BE(2)) {
      const packet = buffered.subarray(0, buffered.readUInt16BE(2));
      buffered = buffered.subarray(packet.length);
      parts.push(packet.subarray(HEADER_BYTES));
      const status = packet.readUInt8(1);
      resets ||= (status & RESET) !== 0;
      if ((status & LAST) === 0) continue;
      yield { type: packet.readUInt8(0), resets, data: Buffer.concat(parts) };
      parts = [];
      resets = false;
    }
  }
}

export function answer(socket: Socket, data: Buffer): void {
  const most = PACKET_BYTES - HEADER_BYTES;
  for (let from = 0, number = 1; from < data.length; from += most, number++) {
    const part = data.subarray(from, from + most);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(ANSWER, 0);
    header.writeUInt8(from + most >= data.length ? LAST : 0, 1);
    header.writeUInt16BE(HEADER_BYTES + part.length, 2);
    header.writeUInt8(number % 256, 6);
    socket.write(Buffer.concat([header, part]));
  }
}
