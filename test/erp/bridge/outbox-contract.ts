/** What every outbox must keep: each piece of work is handed out once, and whoever waits learns the truth about it. */
import { describe, expect, test } from "vitest";
import type { Outbox } from "../../../lib/core/ports/outbox.ts";

/** The engine deletes by its own clock what is over. */
const NOW = Date.now();
const UNTIL = NOW + 10_000;
const done = { status: 200, body: { hits: [] } };

export function outboxContract(name: string, open: () => Promise<Outbox>): void {
  const rule = (title: string, body: (outbox: Outbox, token: () => string) => Promise<void>) =>
    test(title, async () => {
      let counter = 0;
      await body(await open(), () => `t${++counter}`);
    });
  const put = (outbox: Outbox, id: string, until = UNTIL) =>
    outbox.put({ id, operation: "find", request: { order: id } }, until);

  describe(`${name} as an outbox`, () => {
    rule("gives out what was put, each under a token of its own: first what is soonest over", async (outbox, token) => {
      await put(outbox, "b", UNTIL + 1);
      await put(outbox, "a");
      const work = await outbox.handOut(10, NOW, token);
      expect(work).toEqual([
        { id: "a", operation: "find", request: { order: "a" }, token: expect.any(String) },
        { id: "b", operation: "find", request: { order: "b" }, token: expect.any(String) },
      ]);
      expect(new Set(work.map((piece) => piece.token)).size).toBe(2);
    });

    rule("gives no piece out twice, whoever asks at the same moment", async (outbox, token) => {
      for (const id of ["a", "b", "c"]) await put(outbox, id);
      const claims = await Promise.all([1, 2, 3].map(() => outbox.handOut(10, NOW, token)));
      const ids = claims.flat().map(({ id }) => id);
      expect(new Set(ids)).toEqual(new Set(["a", "b", "c"]));
      expect(ids).toHaveLength(3);
      expect(await outbox.handOut(10, NOW, token)).toEqual([]);
    });

    rule("gives out no more than asked for", async (outbox, token) => {
      for (const id of ["a", "b", "c"]) await put(outbox, id);
      expect(await outbox.handOut(2, NOW, token)).toHaveLength(2);
    });

    rule("gives nothing out when its time is over", async (outbox, token) => {
      await put(outbox, "a");
      expect(await outbox.handOut(10, UNTIL, token)).toEqual([]);
    });

    rule("what nobody fetched in its time, and nobody took back, is in nobody's way", async (outbox, token) => {
      for (const id of ["left-1", "left-2"]) await put(outbox, id);
      await put(outbox, "wanted", UNTIL + 10_000);
      expect(await outbox.handOut(2, UNTIL, token)).toMatchObject([{ id: "wanted" }]);
    });

    rule("an outcome is there for the one who waits, once it is acked under its token", async (outbox, token) => {
      await put(outbox, "a");
      const [work] = await outbox.handOut(10, NOW, token);
      expect(await outbox.outcome("a")).toBeUndefined();
      expect(await outbox.ack("a", "another", done)).toBe(false);
      expect(await outbox.ack("a", work?.token ?? "", done)).toBe(true);
      expect(await outbox.outcome("a")).toEqual(done);
    });

    rule("an ack that is repeated changes nothing", async (outbox, token) => {
      await put(outbox, "a");
      const [work] = await outbox.handOut(10, NOW, token);
      await outbox.ack("a", work?.token ?? "", done);
      expect(await outbox.ack("a", work?.token ?? "", { status: 500, body: {} })).toBe(true);
      expect(await outbox.outcome("a")).toEqual(done);
    });

    rule("what is taken back says whether anybody fetched it, and is gone", async (outbox, token) => {
      await put(outbox, "a");
      expect(await outbox.takeBack("a")).toEqual({ fetched: false });
      expect(await outbox.handOut(10, NOW, token)).toEqual([]);
      await put(outbox, "b");
      const [work] = await outbox.handOut(10, NOW, token);
      expect(await outbox.takeBack("b")).toEqual({ fetched: true });
      expect(await outbox.ack("b", work?.token ?? "", done)).toBe(false);
    });

    rule("what is taken back twice, because an answer got lost, says the same again", async (outbox, token) => {
      for (const id of ["never-fetched", "fetched", "acked"]) await put(outbox, id);
      await outbox.takeBack("never-fetched");
      const work = await outbox.handOut(10, NOW, token);
      expect(new Set(work.map(({ id }) => id))).toEqual(new Set(["acked", "fetched"]));
      const tokenOf = (id: string) => work.find((piece) => piece.id === id)?.token ?? "";
      await outbox.ack("acked", tokenOf("acked"), done);
      for (const id of ["fetched", "acked"]) await outbox.takeBack(id);
      expect(await outbox.takeBack("never-fetched")).toEqual({ fetched: false });
      expect(await outbox.takeBack("fetched")).toEqual({ fetched: true });
      expect(await outbox.takeBack("acked")).toEqual({ fetched: true, outcome: done });
      expect(await outbox.ack("fetched", tokenOf("fetched"), done)).toBe(false);
    });

    rule("an ack that came just before is not lost with it", async (outbox, token) => {
      await put(outbox, "a");
      const [work] = await outbox.handOut(10, NOW, token);
      await outbox.ack("a", work?.token ?? "", done);
      expect(await outbox.takeBack("a")).toEqual({ fetched: true, outcome: done });
    });
  });
}
