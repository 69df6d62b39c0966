/** A platform whose list of orders is walked while it works on: as much of one as a kind of walk can tell. */
import type { ListPage, Walk, WalkKind } from "../../../lib/channels/shared/walk.ts";

export type Traits = {
  kind: WalkKind;
  /** Orders a page. */
  size: number;
  /** Whether the platform says which page is the last one, or shows it by a page that is not full. */
  saysItsEnd: boolean;
  /** How far its clock is ahead of ours, in ms. */
  ahead: number;
};

/** One state of an order. `at`: by the platform's clock, as it writes it. `seenFrom`: by ours. */
type State = { version: number; at: number; seenFrom: number };
type Row = State & { id: number };

type Link = { key: [number, number]; age: number };

const START = Date.UTC(2026, 9, 1);

/** The times are whole seconds. */
function written(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

export function createWalkWorld({ kind, size, saysItsEnd, ahead }: Traits) {
  const orders = new Map<number, State[]>();
  const calls: Walk[] = [];
  let now = START;
  let placed = 0;
  let links = 0;

  function change(id: number, late: number, dated: number): void {
    const states = orders.get(id) ?? [];
    const state = { version: states.length, at: written(now + ahead + dated), seenFrom: now + late };
    // Later states are seen later.
    const earlier = states.map((one) => ({ ...one, seenFrom: Math.min(one.seenFrom, state.seenFrom) }));
    orders.set(id, [...earlier, state]);
  }

  function rows(): Row[] {
    return [...orders].flatMap(([id, states]) => {
      const state = states.findLast(({ seenFrom }) => seenFrom <= now);
      return state ? [{ ...state, id }] : [];
    });
  }

  /** What the platform sorts the list by, and behind what a link goes on. */
  function sortKey({ at, id }: Row, isById: boolean): [number, number] {
    if (isById) return [id, id];
    // Where the rest of a time is asked for by id, its orders may come in any order until then.
    return [at, kind.pagedBy === "id" ? (id * 7) % 11 : id];
  }

  function listed({ from, after, link }: Walk): Row[] {
    const floor = kind.askable(from);
    const found = rows().filter(({ at, id }) => at >= floor && id > (after ?? -1));
    const isById = kind.sortedBy === "id" || after !== undefined;
    const sorted = found.sort((a, b) => compare(sortKey(a, isById), sortKey(b, isById)));
    const place: Link | undefined = link === undefined ? undefined : JSON.parse(link);
    return place ? sorted.filter((row) => compare(sortKey(row, isById), place.key) > 0) : sorted;
  }

  /** Where marks do not tell of every change, they are made of times. */
  function markOf(id: number, at: number, version: number): string {
    return kind.leavesOut === "unchanged" ? `${id} ${version}` : `${id} ${at}`;
  }

  function linkBehind(last: Row): string {
    return JSON.stringify({ key: sortKey(last, false), age: links } satisfies Link);
  }

  return {
    calls,
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
    ids: () => [...orders.keys()],
    /** @param late ms until the order can be seen. @param dated ms ahead of the platform's own clock */
    place(late: number, dated = 0): void {
      placed += 1;
      change(placed, late, dated);
    },
    change: (id: number, late: number) => change(id, late, 0),
    remove: (id: number) => orders.delete(id),
    latest: () => new Map([...orders].map(([id, states]) => [id, states.length - 1])),
    /** Every link that was given until now. */
    forgetLinks(): void {
      links += 1;
    },
    /** Asked for one page, as a channel asks. Undefined for a link that is forgotten. */
    ask(walk: Walk): { rows: Row[]; page: ListPage } | undefined {
      calls.push(walk);
      const given: Link | undefined = walk.link === undefined ? undefined : JSON.parse(walk.link);
      if (given && given.age < links) return undefined;
      const all = listed(walk);
      const first = ((walk.page ?? 1) - 1) * size;
      const shown = all.slice(first, first + size);
      const more = saysItsEnd ? all.length > first + size : shown.length === size;
      const last = shown.at(-1);
      const link = more && last && kind.pagedBy === "link" ? linkBehind(last) : undefined;
      const entries = shown.map(({ id, at, version }) => ({ id, mark: markOf(id, at, version), changedAt: at }));
      return { rows: shown, page: { entries, more, link } };
    },
  };
}

export type WalkWorld = ReturnType<typeof createWalkWorld>;

function compare(a: [number, number], b: [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}
