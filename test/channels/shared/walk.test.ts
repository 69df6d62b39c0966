/** Kinds of walks over platforms that work on meanwhile: no order is skipped, whatever happens between two pages. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isSeen,
  restAt,
  Saved,
  stepOn,
  type WalkKind,
  walkOn,
  withoutLink,
} from "../../../lib/channels/shared/walk.ts";
import * as kinds from "../../../lib/channels/shared/walk-kinds.ts";
import { createWalkWorld, type Traits, type WalkWorld } from "./walk-world.ts";

/** A clock of which three quarters of a minute cannot be asked for, as WordPress has an hour. */
function withGap(at: number): number {
  const minute = Math.floor(at / 60_000) * 60_000;
  return at - minute >= 45_000 ? Math.floor(at / 1000) * 1000 : minute;
}

const KINDS: Array<[string, WalkKind]> = [
  ...Object.entries(kinds),
  ["BY_ID without what is unchanged", { ...kinds.BY_ID, leavesOut: "unchanged" }],
  ["BY_CHANGE_THEN_ID without what is unchanged", { ...kinds.BY_CHANGE_THEN_ID, leavesOut: "unchanged" }],
  ["BY_CHANGE_WITH_LINKS without what is unchanged", { ...kinds.BY_CHANGE_WITH_LINKS, leavesOut: "unchanged" }],
  [
    "BY_CHANGE_IN_PAGES without what is unchanged, with times that cannot be asked for",
    { ...kinds.BY_CHANGE_IN_PAGES, askable: withGap, leavesOut: "unchanged" },
  ],
  ["BY_CHANGE_IN_PAGES with times that cannot be asked for", { ...kinds.BY_CHANGE_IN_PAGES, askable: withGap }],
  ["BY_CHANGE_IN_PAGES by the millisecond", { ...kinds.BY_CHANGE_IN_PAGES, askable: (at: number) => at }],
];

/** Goes on by one page; what a channel keeps of it is the cursor alone. */
function walker(world: WalkWorld, kind: WalkKind) {
  const read = new Map<number, number>();
  let cursor = JSON.stringify(restAt(0));
  function step(): boolean {
    const walk = walkOn(kind, Saved.parse(JSON.parse(cursor)), world.now());
    const asked = world.ask(walk);
    if (!asked) {
      cursor = JSON.stringify(withoutLink(kind, walk));
      return true;
    }
    const { rows, page } = asked;
    for (const [at, { id, version }] of rows.entries()) {
      const entry = page.entries[at];
      if (entry && !isSeen(walk, entry)) read.set(id, Math.max(version, read.get(id) ?? 0));
    }
    const { next, more } = stepOn(kind, walk, page, world.now());
    cursor = JSON.stringify(next);
    return more;
  }
  /** To the end of the walk. @returns how many pages it took */
  function run(): number {
    for (let pages = 1; pages < 1000; pages += 1) if (!step()) return pages;
    throw new Error("the walk does not end");
  }
  return { read, step, run };
}

type Act =
  | { act: "pass"; ms: number }
  | { act: "place"; count: number; late: number; dated: number }
  | { act: "change"; first: number; count: number; late: number }
  | { act: "remove"; which: number }
  | { act: "forget-links" }
  | { act: "page"; times: number };

const late = fc.constantFrom(0, 0, 500, 20_000);

const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant("pass" as const), ms: fc.constantFrom(100, 1000, 7000, 61_000, 200_000, 900_000) }),
    fc.record({
      act: fc.constant("place" as const),
      count: fc.constantFrom(1, 2, 9),
      late,
      dated: fc.constantFrom(0, 0, 0, 0, 3_600_000),
    }),
    fc.record({ act: fc.constant("change" as const), first: fc.nat(40), count: fc.constantFrom(1, 1, 2, 12), late }),
    fc.record({ act: fc.constant("remove" as const), which: fc.nat(40) }),
    fc.record({ act: fc.constant("forget-links" as const) }),
    { weight: 3, arbitrary: fc.record({ act: fc.constant("page" as const), times: fc.constantFrom(1, 1, 1, 2, 40) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

const traits = fc.record({
  size: fc.constantFrom(2, 3, 5),
  saysItsEnd: fc.boolean(),
  ahead: fc.constantFrom(0, 0, 30_000, -30_000),
});

function play(world: WalkWorld, walk: ReturnType<typeof walker>, act: Act): void {
  const ids = world.ids();
  switch (act.act) {
    case "pass":
      world.pass(act.ms);
      return;
    case "place":
      for (let n = 0; n < act.count; n += 1) world.place(act.late, act.dated);
      return;
    case "change":
      for (const id of ids.slice(act.first % (ids.length || 1)).slice(0, act.count)) world.change(id, act.late);
      return;
    case "remove":
      world.remove(ids[act.which % (ids.length || 1)] ?? 0);
      return;
    case "forget-links":
      world.forgetLinks();
      return;
    case "page":
      for (let n = 0; n < act.times; n += 1) walk.step();
  }
}

describe.each(KINDS)("%s", (_, kind) => {
  const open = (changes: Partial<Traits> = {}) => {
    const world = createWalkWorld({ kind, size: 3, saysItsEnd: true, ahead: 0, ...changes });
    return { world, walk: walker(world, kind) };
  };

  test("whatever changes while it pages, no order is skipped, and at rest it ends", () => {
    fc.assert(
      fc.property(traits, acts, (changes, happenings) => {
        const { world, walk } = open(changes);
        for (const act of happenings) play(world, walk, act);
        let pages = 0;
        for (let round = 0; round < 4; round += 1) {
          world.pass(60_000);
          pages = walk.run();
        }
        for (const [id, version] of world.latest()) expect([id, walk.read.get(id)]).toEqual([id, version]);
        expect(pages).toBeLessThanOrEqual(3 * world.ids().length + 3);
      }),
      { numRuns: 1000 },
    );
  });

  test("orders of one second that fill many pages are all shown, though some of them change between two pages", () => {
    const { world, walk } = open({ size: 100, saysItsEnd: false });
    for (let n = 0; n < 292; n += 1) world.place(0);
    world.pass(600_000);
    // Sorted by change, the walk begins anew at that second.
    for (const _ of kind.sortedBy === "id" ? [1] : [1, 2]) walk.step();
    for (const id of [1, 2, 3]) world.change(id, 0);
    world.pass(1000);
    walk.run();
    world.pass(60_000);
    walk.run();
    expect(new Map([...walk.read].sort(([a], [b]) => a - b))).toEqual(world.latest());
  });

  test("what changes behind a long walk is shown, though the platform's clock is hours behind", () => {
    const { world, walk } = open({ ahead: -3 * 3_600_000 });
    for (let n = 0; n < 9; n += 1) world.place(0);
    world.pass(600_000);
    walk.step();
    world.change(1, 0);
    world.pass(600_000);
    world.change(9, 0);
    walk.run();
    world.pass(60_000);
    walk.run();
    expect(new Map([...walk.read].sort(([a], [b]) => a - b))).toEqual(world.latest());
  });

  test("a quiet platform is asked once a walk, and never from further back", () => {
    const { world, walk } = open();
    world.pass(3_600_000);
    for (let n = 0; n < 2; n += 1) world.place(0);
    for (let round = 0; round < 5; round += 1) {
      world.pass(60_000);
      walk.run();
    }
    expect(world.calls).toHaveLength(5);
    const froms = world.calls.map(({ from }) => from);
    expect(froms).toEqual([...froms].sort((a, b) => a - b));
  });
});

test.each([
  ["BY_ID", kinds.BY_ID],
  ["BY_CHANGE_THEN_ID", kinds.BY_CHANGE_THEN_ID],
])("%s: a platform that heeds no id is an error, and no walk without an end", (_, kind) => {
  const entries = [1, 2, 3].map((id) => ({ id, mark: String(id), changedAt: 0 }));
  const walks = () => {
    let { next } = stepOn(kind, walkOn(kind, restAt(0), 0), { entries, more: true }, 0);
    for (let pages = 0; pages < 3; pages += 1)
      next = stepOn(kind, walkOn(kind, next, 0), { entries, more: true }, 0).next;
  };
  expect(walks).toThrow("the list of orders does not go on behind an id");
});
