/**
 * Every state that a scenario can come to, each visited once: whatever order the calls happen in, whoever dies before or
 * after one, whichever answer is lost, whatever the ERP makes of a submit, and whatever the clock does in between.
 */
import { type Instant, isUnfinished } from "../../lib/core/order.ts";
import { present } from "../../lib/core/writes.ts";
import { seeded } from "../chaos/random.ts";
import { insert, passTo } from "./erp.ts";
import { closed, judge, type Verdict } from "./judge.ts";
import type { Call, Variant } from "./ports.ts";
import { type Answer, type Process, resume } from "./process.ts";
import type { Scenario } from "./scenario.ts";
import { instantsOf, type Task } from "./stories.ts";
import { copyOf, emptyWorld, Interned, type World } from "./world.ts";

type Budget = { crash: number; store: number; erp: number };

type State = {
  world: World;
  processes: readonly Process[];
  /** Acts that are still to come, and those under way, by their index. */
  acts: readonly ("open" | "running" | "done")[];
  left: Budget;
  /** How often each story was started. */
  started: Readonly<Partial<Record<string, number>>>;
  /** How it came to this, the latest first. */
  trace: Trace | undefined;
};
type Trace = { what: string; before: Trace | undefined };

export type Explored = {
  states: number;
  endings: number;
  lost: number;
  doubled: number;
  untold: number;
  /** False: there is more than was asked for. */
  isWhole: boolean;
  ms: number;
  /** The first endings that are wrong, and the way there. */
  complaints: string[];
  /** What the endings were told of, with how many of them. */
  told: Record<string, number>;
};

/** States that are looked at together: few where only a slice is, so that it comes to its endings. */
const AT_ONCE = 48;
const AT_ONCE_IN_A_SLICE = 8;
const COMPLAINTS = 3;

/** @param most states; what is left then was not looked at */
export async function explore(scenario: Scenario, most = Number.POSITIVE_INFINITY): Promise<Explored> {
  const startedAt = performance.now();
  const random = seeded(1);
  const isSlice = most < Number.POSITIVE_INFINITY;
  const interned = new Interned();
  const seen = new Set<string>();
  const endings = new Map<string, Verdict>();
  const result: Explored = {
    states: 0,
    endings: 0,
    lost: 0,
    doubled: 0,
    untold: 0,
    isWhole: true,
    ms: 0,
    complaints: [],
    told: {},
  };
  const stack: State[] = [first(scenario)];
  const push = (state: State) => {
    const key = keyOf(state, interned);
    if (seen.has(key)) return;
    seen.add(key);
    stack.push(state);
  };
  push(stack.pop() as State);
  while (stack.length > 0) {
    if (result.states >= most) {
      result.isWhole = false;
      break;
    }
    if (isSlice) shuffleEnd(stack, random);
    const batch = stack.splice(isSlice ? -AT_ONCE_IN_A_SLICE : -AT_ONCE);
    result.states += batch.length;
    const children = await Promise.all(batch.map((state) => expand(state, scenario, interned)));
    for (const child of children.flat()) push(child);
    for (const state of batch) if (isEnding(state)) await end(state, scenario, interned, endings, result);
  }
  result.endings = endings.size;
  result.ms = Math.round(performance.now() - startedAt);
  return result;
}

/** Half of a slice goes to the end of one way after the other, half looks at states from everywhere. */
function shuffleEnd(stack: State[], random: () => number): void {
  for (let end = 1; end <= Math.min(AT_ONCE_IN_A_SLICE / 2, stack.length / 2); end += 1) {
    const [last, other] = [stack.length - end, Math.floor(random() * (stack.length - end + 1))];
    [stack[last], stack[other]] = [stack[other] as State, stack[last] as State];
  }
}

function first({ start, acts, budget, ...scenario }: Scenario): State {
  const world = emptyWorld(start);
  scenario.prepare?.(world);
  return {
    world,
    processes: [],
    acts: acts.map(() => "open"),
    left: { crash: 0, store: 0, erp: 0, ...budget },
    started: {},
    trace: undefined,
  };
}

function keyOf({ world, processes, acts, left, started }: State, interned: Interned): string {
  const running = processes.map(({ name, known, skewMs }) => `${interned.text(name)}.${known}.${skewMs}`).sort();
  return [
    interned.text(interned.world(world)),
    running.join(","),
    acts.map((act) => act[0]).join(""),
    `${left.crash}${left.store}${left.erp}`,
    Object.entries(started)
      .map(([name, times]) => `${interned.text(name)}*${times}`)
      .sort()
      .join(","),
  ].join(" ");
}

function isEnding({ processes, acts }: State): boolean {
  return processes.length === 0 && acts.every((act) => act === "done");
}

async function end(
  { world, trace }: State,
  scenario: Scenario,
  interned: Interned,
  endings: Map<string, Verdict>,
  result: Explored,
): Promise<void> {
  const key = interned.world(world);
  if (endings.has(key)) return;
  const last = await closed(world, scenario);
  const verdict = judge(last, scenario);
  endings.set(key, verdict);
  result.lost += verdict.lost;
  result.doubled += verdict.doubled;
  result.untold += verdict.untold;
  for (const reason of verdict.told) result.told[reason] = (result.told[reason] ?? 0) + 1;
  const isWrong = verdict.complaints.length > 0;
  if (isWrong && result.complaints.length < COMPLAINTS)
    result.complaints.push([...verdict.complaints, ...wayOf(trace), ...toldWorld(last)].join("\n  "));
}

function wayOf(trace: Trace | undefined): string[] {
  const way: string[] = [];
  for (let at = trace; at; at = at.before) way.unshift(at.what);
  return way;
}

function toldWorld({ claims, erp }: World): string[] {
  return [
    ...[...claims.orders.values()].map(
      ({ id, state, reason = "", sources }) =>
        `order ${id}: ${state} ${reason} of ${sources.map((s) => `${s.account}/${s.sourceOrder} ${s.readiness}`).join(", ")}`,
    ),
    ...erp.rows.map((row) => `ERP ${JSON.stringify(row)}`),
    ...[...claims.held.values()].map(({ account, sourceOrder, reason }) => `held ${account}/${sourceOrder}: ${reason}`),
  ];
}

async function expand(state: State, scenario: Scenario, interned: Interned): Promise<State[]> {
  const children = await Promise.all([
    ...starts(state, scenario).map((start) => begun(start, scenario, interned)),
    ...state.processes.map((process) => stepsOf(state, process, scenario, interned)),
  ]);
  // The last is looked at first: what has begun comes to its end before the next begins.
  return [...happenings(state, scenario), ...children.flat()];
}

/** All that one process may do next. */
async function stepsOf(
  state: State,
  process: Process,
  scenario: Scenario,
  interned: Interned,
  mayDieBefore = true,
): Promise<State[]> {
  const { call } = process;
  if (!call || call.isEnabled?.(state.world) === false) return [];
  const possible = call.variants.filter(({ fault }) => fault === undefined || state.left[fault] > 0);
  const steps = await Promise.all(
    possible.map(async (variant): Promise<State[]> => {
      const world = copyOf(state.world);
      const answer = await carryOut(variant, world);
      const left = variant.fault ? { ...state.left, [variant.fault]: state.left[variant.fault] - 1 } : state.left;
      const what = `${process.name}: ${call.label}${variant.name}`;
      const done = { ...state, world, left, trace: { what, before: state.trace } };
      const went = await goesOn(done, process, answer, scenario, interned);
      // What changes nothing dies the same way before and after it.
      if (left.crash === 0 || !isWrite(call)) return [went];
      return [went, died(done, process, scenario, `${process.name} dies after ${call.label}${variant.name}`)];
    }),
  );
  const dies =
    mayDieBefore && state.left.crash > 0
      ? [died(state, process, scenario, `${process.name} dies before ${call.label}`)]
      : [];
  return [...dies, ...steps.flat().reverse()];
}

function isWrite({ variants }: Call): boolean {
  return variants.length > 1;
}

async function carryOut({ run, heard }: Variant, world: World): Promise<Answer> {
  const { now } = world;
  try {
    const value = await run(world);
    return { now, ...(heard ?? { value }) };
  } catch (error) {
    return { now, error: error as Error };
  }
}

/** The process with one more answer; without it, where that was its last. */
async function goesOn(
  state: State,
  process: Process,
  answer: Answer,
  scenario: Scenario,
  interned: Interned,
): Promise<State> {
  const history = [...process.history, answer];
  const heard = "error" in answer ? answer.error.message : textOf(answer.value);
  const known = interned.text(`${process.known} ${answer.now} ${heard}`);
  const next = { ...process, history, known };
  const { ended, call } = await resume(next, scenario.setting, scenario.isTorn);
  const others = state.processes.filter((other) => other !== process);
  if (!ended) return { ...state, processes: [...others, present<Process>({ ...next, call })] };
  if (ended.error !== undefined && !isExpected(ended.error))
    throw new Error(`${process.name} threw: ${wayOf(state.trace).join("\n")}`, { cause: ended.error });
  return { ...state, processes: others, acts: actsAfter(state, process, scenario, ended.error === undefined) };
}

/** A store that does not answer is thrown on by everybody; that an error is no other one is a finding. */
function isExpected(error: unknown): boolean {
  const causes = error instanceof AggregateError ? error.errors : [error];
  return causes.every((cause) => cause instanceof Error && /no answer|does not answer|races/.test(cause.message));
}

function textOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value, (_, inner) => (inner instanceof Map ? [...inner] : inner));
}

function died(state: State, process: Process, scenario: Scenario, what: string): State {
  return {
    ...state,
    processes: state.processes.filter((other) => other !== process && other.name !== process.name),
    left: { ...state.left, crash: state.left.crash - 1 },
    acts: actsAfter(state, process, scenario, false),
    trace: { what, before: state.trace },
  };
}

/** A sender that got no 2xx sends again, unless the platform never does: then only a poll finds it. */
function actsAfter({ acts }: State, { name }: Process, { isSentOnce }: Scenario, isDone: boolean): State["acts"] {
  const index = name.startsWith("act") ? Number(name.slice(3).split(".")[0]) : -1;
  return acts.map((act, at) => (at !== index ? act : isDone || isSentOnce ? "done" : "open"));
}

type Start = { state: State; process: Process };

/** What may begin now. */
function starts(state: State, scenario: Scenario): Start[] {
  const { world, acts, started, processes } = state;
  const begin = (task: Task, name: string, counted: string, marks: State["acts"] = acts): Start[] =>
    (scenario.skewsMs ?? [0]).map((skewMs) => ({
      state: { ...state, acts: marks, started: { ...started, [counted]: (started[counted] ?? 0) + 1 } },
      process: { name, task, startedAt: world.now, skewMs, history: [], known: -1 },
    }));
  const messages = scenario.acts.flatMap((act, index) => {
    if (acts[index] !== "open" || (act.after ?? []).some((before) => acts[before] !== "done")) return [];
    if (act.act !== "report" && act.act !== "hint") return [];
    const marks = acts.map((mark, at) => (at === index ? ("running" as const) : mark));
    const nth = started[`act${index}`] ?? 0;
    const task: Task =
      act.act === "report" ? { story: "webhook", sighting: act.sighting } : { story: "hint", id: act.id };
    return begin(task, `act${index}.${nth}`, `act${index}`, marks);
  });
  const may = (story: string) => (started[story] ?? 0) < (scenario.starts[story as keyof Scenario["starts"]] ?? 0);
  const isRunning = (story: string) => processes.some(({ task }) => task.story === story);
  const deliveries = [...world.claims.orders.values()].flatMap((order) => {
    const isDuty = order.state === "pending" || order.state === "submitting" || order.cancelRequested !== undefined;
    if (!isDuty || !may("deliver")) return [];
    return begin({ story: "deliver", order: order.id }, `deliver ${order.id}.${started.deliver ?? 0}`, "deliver");
  });
  const others = (["sweep", "poll", "watch", "bridge"] as const).flatMap((story) =>
    may(story) && !(story !== "bridge" && isRunning(story)) && (story !== "bridge" || hasWork(world))
      ? begin({ story }, `${story}.${started[story] ?? 0}`, story)
      : [],
  );
  return [...messages, ...deliveries, ...others];
}

function hasWork({ outbox, now }: World): boolean {
  return [...outbox.values()].some(({ token, takenBack, until }) => !token && !takenBack && until > now);
}

/**
 * Up to its first call and over it: before that it has looked at nothing but the clock, and one that dies there was never
 * begun. A feed is different: the lease that it asks for was reckoned when it began.
 */
async function begun({ state, process }: Start, scenario: Scenario, interned: Interned): Promise<State[]> {
  const what = `${process.name} begins${process.skewMs ? `, its clock ${process.skewMs} ms off` : ""}`;
  const { call } = await resume(process, scenario.setting, scenario.isTorn);
  const named = present<Process>({ ...process, known: interned.text(`${process.startedAt}`), call });
  const began = { ...state, processes: [...state.processes, named], trace: { what, before: state.trace } };
  const { story } = process.task;
  return story === "poll" || story === "watch" ? [began] : stepsOf(began, named, scenario, interned, false);
}

/** What happens without a process of ours: the clock, the ERP's own time, other writers, the store's forgetting. */
function happenings(state: State, scenario: Scenario): State[] {
  const { world, acts } = state;
  const happens = (what: string, change: (next: World) => void, more: Partial<State> = {}): State => {
    const next = copyOf(world);
    change(next);
    return { ...state, ...more, world: next, trace: { what, before: state.trace } };
  };
  const outside = scenario.acts.flatMap((act, index) => {
    if (acts[index] !== "open" || (act.after ?? []).some((before) => acts[before] !== "done")) return [];
    const marks = acts.map((mark, at) => (at === index ? ("done" as const) : mark));
    if (act.act === "shows")
      return happens(
        `the platform shows version ${act.sighting.version}`,
        (next) => {
          next.shown = [...next.shown, act.sighting];
        },
        { acts: marks },
      );
    if (act.act !== "foreign") return [];
    return happens("another writer writes an ERP order", ({ erp, now }) => void insert(erp, act.entry, now), {
      acts: marks,
    });
  });
  const lands = world.erp.late.map((late, index) =>
    happens("a late submit lands", ({ erp, now }) => {
      erp.late = erp.late.filter((_, at) => at !== index);
      insert(erp, late.entry, now);
    }),
  );
  const forgets = scenario.forgets
    ? forgotten(world).map(([what, change]) => happens(`the store forgets ${what}`, change))
    : [];
  return [...outside, ...lands, ...forgets, ...ticks(state, scenario, happens)];
}

function forgotten({ claims, now }: World): Array<[string, (next: World) => void]> {
  const keys = [...claims.keys].filter(([, { memoryUntil }]) => memoryUntil <= now);
  const orders = [...claims.orders.values()].filter(({ memoryUntil }) => memoryUntil <= now);
  return [
    ...keys.map(([id]): [string, (next: World) => void] => [id, (next) => void next.claims.keys.delete(id)]),
    ...orders.map(({ id }): [string, (next: World) => void] => [id, (next) => void next.claims.orders.delete(id)]),
  ];
}

/** The clock goes on to the next instant at which anything ends or begins, or by one of the scenario's jumps. */
function ticks(
  { world, started, acts }: State,
  { starts, jumpsMs = [], jumpsAfter = 0 }: Scenario,
  happens: (what: string, change: (next: World) => void, more: Partial<State>) => State,
): State[] {
  if ((started.tick ?? 0) >= (starts.tick ?? 0)) return [];
  const near = instantsOf(world).filter((at) => at > world.now && at <= world.now + NEAR_MS);
  const jumps =
    acts[jumpsAfter] === "done" ? jumpsMs.map((ms) => world.now + ms).filter((to) => isLookedAfter(world, to)) : [];
  const targets = [...new Set([...(near.length > 0 ? [Math.min(...near)] : []), ...jumps])];
  const counted = { started: { ...started, tick: (started.tick ?? 0) + 1 } };
  return targets.map((to) =>
    happens(`the clock goes to +${(to - world.now) / 1000} s`, (next) => passTo(next, to), counted),
  );
}

const NEAR_MS = 3_600_000;

/** The sweep runs at least once a day: what is unfinished is lengthened before it ends. */
function isLookedAfter({ claims }: World, to: Instant): boolean {
  return [...claims.orders.values()].every((order) => !isUnfinished(order) || order.expiresAt > to);
}
