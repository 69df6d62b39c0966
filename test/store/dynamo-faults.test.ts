/** What the local engine never does and the service does: each fault is made on the wire and ends in the right verdict. */
import { beforeEach, describe, expect, it } from "vitest";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { dynamoOutbox } from "../../lib/store/dynamo-outbox.ts";
import type { Table } from "../../lib/store/table.ts";
import { type ShopFloor, shopFloor } from "../support/shop-floor.ts";
import { fromBaseLinker, NOW, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";
import { breakCalls, connectionReset, countCalls, serviceError } from "../support/wire.ts";

let table: Table;
let floor: ShopFloor;

beforeEach(async () => {
  table = await freshTable();
  floor = shopFloor(dynamoClaims(table));
});

const isTransaction = (command: string) => command.startsWith("TransactWrite");
const isPut = (command: string) => command.startsWith("Put");
const isBatchRead = (command: string) => command.startsWith("BatchGet");

/** Breaks the first `times` requests that fit. */
function first(times: number, fits: (command: string) => boolean, act: () => never): (command: string) => void {
  let left = times;
  return (command) => {
    if (fits(command) && left-- > 0) act();
  };
}

const cancelled = (...codes: string[]) =>
  serviceError("TransactionCanceledException", { CancellationReasons: codes.map((Code) => ({ Code })) });

describe("throttling is no race", () => {
  const throttled: Array<[string, () => never]> = [
    [
      "ThrottlingException",
      () => {
        throw serviceError("ThrottlingException", { $retryable: { throttling: true } });
      },
    ],
    [
      "a transaction cancelled by throttling",
      () => {
        throw cancelled("None", "None", "ThrottlingError");
      },
    ],
    [
      "provisioned throughput",
      () => {
        throw cancelled("ProvisionedThroughputExceeded", "None", "None");
      },
    ],
  ];

  it.each(throttled)(
    "%s: the report is not taken in, nothing more is written, and a repeat of it is new",
    async (_, act) => {
      let writes = 0;
      breakCalls(table, {
        before: (command) => {
          if (!isTransaction(command)) return;
          writes += 1;
          if (writes <= 2) act();
        },
      });
      await expect(floor.report(sighting())).rejects.toThrow();
      expect(writes).toBeLessThanOrEqual(2);
      writes = 2;
      expect((await floor.report(sighting())).verdict).toBe("new");
    },
  );

  it("a single throttled write is repeated", async () => {
    breakCalls(table, {
      before: first(1, isTransaction, () => {
        throw serviceError("ThrottlingException", { $retryable: { throttling: true } });
      }),
    });
    expect((await floor.report(sighting())).verdict).toBe("new");
  });
});

describe("a conflict is a race, not a duplicate", () => {
  it.each([
    ["all items", ["TransactionConflict", "TransactionConflict", "TransactionConflict"]],
    ["one item", ["None", "TransactionConflict", "None"]],
    ["one item while another fails its condition", ["None", "TransactionConflict", "ConditionalCheckFailed"]],
  ])("transaction cancelled by %s: the purchase is new all the same", async (_, codes) => {
    breakCalls(table, {
      before: first(3, isTransaction, () => {
        throw cancelled(...codes);
      }),
    });
    expect((await floor.report(sighting())).verdict).toBe("new");
    expect((await floor.report(sighting())).verdict).toBe("duplicate");
  });

  it("single write in conflict with a transaction: the link is made all the same", async () => {
    await floor.report(sighting());
    breakCalls(table, {
      before: first(2, isPut, () => {
        throw serviceError("TransactionConflictException");
      }),
    });
    expect((await floor.report(fromBaseLinker({ keys: [shopId("271")] }))).verdict).toBe("linked");
  });

  it("a transaction that is still in progress is a race: the purchase is new all the same", async () => {
    breakCalls(table, {
      before: first(2, isTransaction, () => {
        throw serviceError("TransactionInProgressException");
      }),
    });
    expect((await floor.report(sighting())).verdict).toBe("new");
    expect((await floor.report(sighting())).verdict).toBe("duplicate");
  });

  it("a cancellation for another reason is a surprise, not a race", async () => {
    breakCalls(table, {
      before: first(1, isTransaction, () => {
        throw cancelled("ValidationError", "None", "None");
      }),
    });
    await expect(floor.report(sighting())).rejects.toThrow("TransactionCanceledException");
  });
});

describe("a lost answer", () => {
  it("of the transaction that made the order still says new", async () => {
    let lost = 0;
    breakCalls(table, {
      after(command, output) {
        if (isTransaction(command) && lost++ === 0) throw connectionReset();
        return output;
      },
    });
    expect((await floor.report(sighting())).verdict).toBe("new");
    expect(lost).toBeGreaterThan(1);
    expect((await floor.report(sighting())).verdict).toBe("duplicate");
  });

  it("of the single write that linked a report still says linked", async () => {
    await floor.report(sighting());
    let sent = 0;
    let lost = 0;
    breakCalls(table, {
      before: (command) => {
        if (isPut(command)) sent += 1;
      },
      after(command, output) {
        if (isPut(command) && lost++ === 0) throw connectionReset();
        return output;
      },
    });
    expect((await floor.report(fromBaseLinker({ keys: [shopId("271")] }))).verdict).toBe("linked");
    expect([sent, lost]).toEqual([2, 1]);
  });

  it("followed by a race is recognised by our own order id: new, not a duplicate of ourselves", async () => {
    let lost = 0;
    breakCalls(table, {
      after(command, output) {
        if (isTransaction(command) && lost++ === 0) throw cancelled("TransactionConflict", "None", "None");
        return output;
      },
    });
    expect((await floor.report(sighting())).verdict).toBe("new");
  });

  const loseFirstUpdate = () => {
    let lost = 0;
    breakCalls(table, {
      after(command, output) {
        if (command.startsWith("Update") && lost++ === 0) throw connectionReset();
        return output;
      },
    });
    return () => lost;
  };

  it("of a feed's lease leaves the lease with who asked for it, and with nobody else", async () => {
    const feeds = dynamoFeeds(table);
    const updates = loseFirstUpdate();
    expect(await feeds.take("allegro:main", "one", NOW, NOW + 60_000)).toMatchObject({ startedAt: NOW });
    expect(updates()).toBe(2);
    expect(await feeds.take("allegro:main", "two", NOW, NOW + 60_000)).toBeUndefined();
  });

  it("of a claim of the bridge's work hands the work over once", async () => {
    const outbox = dynamoOutbox(table, "wapro");
    await outbox.put({ id: "a", operation: "find", request: { order: "7" } }, NOW + 60_000);
    const updates = loseFirstUpdate();
    expect(await outbox.handOut(10, NOW, () => "one")).toMatchObject([{ id: "a", request: { order: "7" } }]);
    expect(updates()).toBe(2);
    expect(await outbox.handOut(10, NOW, () => "two")).toEqual([]);
  });

  it("for good is our own failure, and the sender's repeat finds the order", async () => {
    let broken = true;
    breakCalls(table, {
      after(command, output) {
        if (isTransaction(command) && broken) throw connectionReset();
        return output;
      },
    });
    await expect(floor.report(sighting())).rejects.toThrow();
    broken = false;
    expect((await floor.report(sighting())).verdict).toBe("duplicate");
  });
});

describe("keys that the service left unprocessed", () => {
  it("are read again, never taken as free", async () => {
    await floor.report(sighting());
    let rounds = 0;
    breakCalls(table, {
      after(command, output) {
        if (!isBatchRead(command) || rounds++ > 1) return output;
        return { ...output, Responses: { [table.name]: [] }, UnprocessedKeys: unread(table) };
      },
    });
    expect((await floor.report(sighting())).verdict).toBe("duplicate");
    expect(rounds).toBeGreaterThan(2);
  });

  it("that stay unread are a failure of ours, not a free key", async () => {
    await floor.report(sighting());
    breakCalls(table, {
      after: (command, output) =>
        isBatchRead(command) ? { ...output, Responses: { [table.name]: [] }, UnprocessedKeys: unread(table) } : output,
    });
    await expect(floor.report(sighting())).rejects.toThrow("could not be read");
  });
});

describe("what a decision is made on", () => {
  it("is read consistently: keys and orders, in batches and singly", async () => {
    const { calls } = countCalls(table);
    const { order } = await floor.report(sighting());
    await floor.report(sighting());
    // Another process remembers nothing, and reads one after the other.
    await shopFloor(dynamoClaims(table)).report(sighting());
    await dynamoClaims(table).read(order ?? "");
    const batches = calls.filter(({ command }) => isBatchRead(command));
    const asked = batches.flatMap(({ input }) => Object.values(input.RequestItems as Record<string, object>));
    const singly = calls.filter(({ command }) => command.startsWith("Get")).map(({ input }) => input);
    expect(asked.length).toBeGreaterThan(2);
    expect(singly).toHaveLength(1);
    for (const request of [...asked, ...singly]) expect(request).toMatchObject({ ConsistentRead: true });
  });
});

function unread({ name }: Table): Record<string, unknown> {
  const keys = ["K#internet-id/woocommerce%3Amain/271", "K#customer-number/woocommerce%3Amain/1001"];
  return { [name]: { Keys: keys.map((pk) => ({ pk })), ConsistentRead: true } };
}
