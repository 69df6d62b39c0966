/** A message that ends the process while it is mapped: a person hears of it, and what comes behind it is taken in. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Pulled } from "../../lib/channels/channel.ts";
import { eachRow } from "../../lib/channels/shared/unread.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import type { Table } from "../../lib/store/table.ts";
import { connectionTo, feedApp } from "../support/feed-app.ts";
import { NOW, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

let table: Table;
beforeAll(async () => {
  table = await freshTable();
});

type Ended = { told: Array<{ verdict: string; sourceOrder: string; reason?: string }>; answer?: unknown };

/** @returns undefined where the process was killed */
async function life(mode: string, clock: number, env: Record<string, string> = {}): Promise<Ended | undefined> {
  const program = new URL("../support/deadly-message.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program, mode, inject("engine"), table.name, String(clock)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const [said, [, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return signal === null ? JSON.parse(said.trim().split("\n").at(-1) ?? "") : undefined;
}

/** Until one ends by itself. A run finds the lease of the one before over. */
async function lives(mode: string, most: number): Promise<{ deaths: number; ended: Ended | undefined; clock: number }> {
  let clock = NOW;
  for (let deaths = 0; deaths < most; deaths += 1) {
    const ended = await life(mode, clock, deaths === 0 ? { ASK: "1" } : {});
    if (ended) return { deaths, ended, clock };
    clock += 120_000;
  }
  return { deaths: most, ended: undefined, clock };
}

describe("an order that ends the process while it is mapped", () => {
  it("is held after some runs, where a list shows it, and the rest of the list is taken in", async () => {
    const { deaths, ended, clock } = await lives("list", 8);
    expect(deaths).toBe(5);
    expect(ended?.told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ verdict: "new", sourceOrder: "first" }),
        { verdict: "held", reason: "cannot-be-taken-in", sourceOrder: "deadly" },
        expect.objectContaining({ verdict: "new", sourceOrder: "later" }),
      ]),
    );
    // Listed again it kills nobody, and nobody is told again.
    const again = await life("list", clock + 120_000);
    expect(again?.told.map(({ verdict }) => verdict)).toEqual(["duplicate", "duplicate"]);
  });

  it("is held where it is read singly, and the others are read", async () => {
    const { ended } = await lives("read", 8);
    expect(ended?.told).toEqual(
      expect.arrayContaining([
        { verdict: "held", reason: "cannot-be-taken-in", sourceOrder: "deadly" },
        expect.objectContaining({ verdict: "new", sourceOrder: "later" }),
      ]),
    );
  });

  it("is held where a webhook brings it, and its sender is told that it arrived", async () => {
    const { deaths, ended } = await lives("webhook", 8);
    expect(deaths).toBe(3);
    expect(ended?.told).toMatchObject([{ verdict: "held", reason: "cannot-be-taken-in" }]);
    expect(ended?.answer).toMatchObject({ statusCode: 200 });
  });
});

describe("an order whose mapping fails", () => {
  it("is held, and keeps the rest of its page waiting no longer", async () => {
    const app = feedApp(table);
    const map = (id: string): Pulled[] => {
      if (id === "bad") throw new TypeError("a stranger's text");
      return [{ kind: "sighting", sighting: sighting({ sourceOrder: id, keys: [shopId(id)] }) }];
    };
    const connection = connectionTo((io) => ({
      listings: [
        {
          name: "all",
          everySeconds: 0,
          page: async () => ({ orders: await eachRow(io, ["bad", "good"], map, (id) => id), cursor: "1", more: false }),
        },
      ],
    }));
    await runFeed(app, connection);
    expect(app.explained).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          reason: "cannot-be-taken-in",
          sourceOrder: "bad",
          note: "mapping it fails: TypeError",
        }),
        expect.objectContaining({ verdict: "new", sourceOrder: "good" }),
      ]),
    );
  });
});
