import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { declaredReason, HELD_REASONS, heldReason, isDoubt, type Raiser } from "../../lib/core/held-reasons.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/**
 * `erp-refused` is said by an ERP that gives no reason, which the played ERP of this machine is. Which of the ERP's orders
 * is the purchase is judged in core, and raised by the delivery.
 */
const ROOMS: Readonly<Record<Raiser, string[]>> = {
  bridge: ["bridge", "local"],
  channels: ["lib/channels"],
  core: ["lib/core"],
  delivery: ["lib/delivery", "lib/core"],
  erp: ["lib/erp"],
  feeds: ["lib/feeds"],
  intake: ["lib/intake"],
};

function sourcesOf(room: string): string {
  const files = readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" });
  const code = files.filter((name) => name.endsWith(".ts") && !name.endsWith("held-reasons.ts"));
  return code.map((name) => readFileSync(join(ROOT, room, name), "utf8")).join("\n");
}

const code = Object.fromEntries(Object.entries(ROOMS).map(([by, rooms]) => [by, rooms.map(sourcesOf).join("\n")]));

/** As a text of its own, or behind the kind of key that it names: `${what}-total-differs`. */
function isRaised(reason: string, source: string): boolean {
  return source.includes(`"${reason}"`) || source.includes(`\`\${what}-${reason.slice(reason.indexOf("-") + 1)}\``);
}

test.each(HELD_REASONS)("%s is raised by the room that it is declared for", (reason) => {
  expect(isRaised(reason, code[declaredReason(reason)?.by ?? ""] ?? "")).toBe(true);
});

describe("a reason that an ERP made up", () => {
  test.each(["erp-sql-547", "Kontrahent 4711 zablokowany", "constructor"])("%s is not declared", (reason) => {
    expect(declaredReason(reason)).toBeUndefined();
    expect(heldReason(reason)).toBe("other");
    expect(isDoubt(reason)).toBe(false);
  });
});
