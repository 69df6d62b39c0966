import { describe, expect, test } from "vitest";
import type { Modes } from "../../lib/core/rules.ts";
import { haveLeft, keptAccounts, leaveShadow } from "../../lib/delivery/leave-shadow.ts";
import { shadowWorld } from "../support/shadow-world.ts";
import { NOW, shopId, sighting } from "../support/sightings.ts";

const [ALLEGRO, SHOP] = ["allegro:acme", "woocommerce:main"] as const;

describe("which accounts are in shadow mode", () => {
  test.each<[Modes | undefined, string]>([
    [undefined, ""],
    ["live", ""],
    ["shadow", "*"],
    [{ liveFrom: NOW + 1 }, "*"],
    [{ liveFrom: NOW }, ""],
    [{ [SHOP]: "shadow", [ALLEGRO]: "shadow" }, `${SHOP} ${ALLEGRO}`],
    [{ [SHOP]: { liveFrom: NOW }, [ALLEGRO]: { liveFrom: NOW + 1 } }, ALLEGRO],
    [{ [SHOP]: "live" }, ""],
  ])("%j: %s", (modes, kept) => {
    expect(keptAccounts(modes, NOW)).toBe(kept);
  });
});

describe("whether one has left since the last run", () => {
  test.each([
    ["", "", false],
    ["", "*", false],
    ["", SHOP, false],
    ["*", "*", false],
    ["*", "", true],
    ["*", SHOP, true],
    [SHOP, "*", false],
    [SHOP, SHOP, false],
    [SHOP, "", true],
    [`${ALLEGRO} ${SHOP}`, SHOP, true],
    [SHOP, `${ALLEGRO} ${SHOP}`, false],
  ])("%j, then %j: %s", (before, now, left) => {
    expect(haveLeft(before, now)).toBe(left);
  });
});

async function kept(count: number) {
  const world = shadowWorld();
  for (let n = 1; n <= count; n += 1)
    await world.report(sighting({ sourceOrder: `${n}`, keys: [shopId(`${n}`)], placedAt: NOW }));
  return world;
}

test("what an account that is still in shadow mode is kept from is left as it is", async () => {
  using world = await kept(1);
  expect(await leaveShadow({ ...world.deps, modes: "shadow" })).toEqual({ left: 0, ended: true });
  expect(await leaveShadow({ ...world.deps, modes: { [SHOP]: { liveFrom: NOW } } })).toEqual({ left: 1, ended: true });
});

test("where the time is up, or an order cannot be written, the next run goes on, and nothing goes out twice", async () => {
  using world = await kept(30);
  world.become({ liveFrom: NOW });
  const { now } = world;
  const modes = { liveFrom: NOW };
  const slow = {
    ...world.claims,
    read(id: string) {
      world.pass(1_000);
      return world.claims.read(id);
    },
  };
  const late = await leaveShadow({ ...world.deps, claims: slow, modes, endUntil: now() + 10_000 });
  expect(late).toMatchObject({ ended: false });
  const failing = { ...world.claims, commit: () => Promise.reject(new Error("the table is away")) };
  expect(await leaveShadow({ ...world.deps, claims: failing, modes })).toEqual({ left: 0, ended: false });
  expect(await leaveShadow({ ...world.deps, modes })).toEqual({ left: 30 - late.left, ended: true });
  await world.forward();
  await world.forward();
  expect(world.written).toHaveLength(30);
  expect(new Set(world.written).size).toBe(30);
});
