/** The parts that one run of a function gets: every call takes time, may fail, may lose its answer, and may be its last. */
import type { App } from "../../lib/app/parts.ts";
import { type Erp, ErpUnavailable, type ErpWatch } from "../../lib/core/ports/erp.ts";
import type { Clock } from "./clock.ts";
import type { Weather } from "./weather.ts";

export type Chances = {
  /** Per call. */
  crash: number;
  lostAnswer: number;
  /** Milliseconds by which clocks are wrong at most. */
  skewMs: number;
};

/** A process: once it is dead nothing of it goes on. */
export type Life = { isDead: boolean; died: Promise<void>; die(): void };

export function newLife(): Life {
  const { promise, resolve } = Promise.withResolvers<void>();
  const life: Life = {
    isDead: false,
    died: promise,
    die() {
      life.isDead = true;
      resolve();
    },
  };
  return life;
}

const never = new Promise<never>(() => undefined);

type Way = {
  clock: Clock;
  random: () => number;
  weather: Weather;
  chances: Chances;
  counts: Partial<Record<string, number>>;
};

class Throttled extends Error {}

/** Every function of a port, made dangerous. @param latestMs how long a call takes at most */
function dangerous<Port extends object>(port: Port, life: Life, way: Way, latestMs: number, isStore: boolean): Port {
  const { clock, random, weather, chances, counts } = way;
  const calls = Object.entries(port).map(([name, method]) => {
    if (typeof method !== "function") return [name, method] as const;
    const call = async (...args: unknown[]) => {
      if (life.isDead) return never;
      const when = random() < chances.crash ? (random() < 0.5 ? "before" : "after") : undefined;
      if (when) counts.crashes = (counts.crashes ?? 0) + 1;
      await clock.wait(random() * latestMs);
      if (life.isDead) return never;
      if (when === "before") {
        life.die();
        return never;
      }
      if (isStore && weather.isThrottled(clock.now()) && random() < 0.5) throw new Throttled("the table throttles");
      const result: unknown = await method.apply(port, args);
      if (when === "after") {
        life.die();
        return never;
      }
      if (isStore && random() < chances.lostAnswer) {
        counts.lostAnswers = (counts.lostAnswers ?? 0) + 1;
        throw new Error("the answer of the table was lost");
      }
      return result;
    };
    return [name, call] as const;
  });
  return Object.fromEntries(calls) as Port;
}

const STORE_MS = 15;
const ERP_MS = 400;

export function partsFor(whole: App & { watch: ErpWatch }, life: Life, way: Way): App & { watch: ErpWatch } {
  const { clock, random, chances } = way;
  const skew = Math.floor((random() * 2 - 1) * chances.skewMs);
  const store = <Port extends object>(port: Port) => dangerous(port, life, way, STORE_MS, true);
  const { breaker: _, circuit: __, ...rest } = whole;
  return {
    ...rest,
    claims: store(whole.claims),
    cases: store(whole.cases),
    feeds: store(whole.feeds),
    vault: store(whole.vault),
    numbers: store(whole.numbers),
    bodies: store(whole.bodies),
    erp: dangerous(whole.erp, life, way, ERP_MS, false),
    watch: dangerous(whole.watch, life, way, ERP_MS, false),
    http: async (url, request) => {
      if (life.isDead) return never;
      await clock.wait(5 + random() * 300);
      return life.isDead ? never : whole.http(url, request);
    },
    now: () => clock.now() + skew,
    wait: async (ms) => {
      await clock.wait(ms);
      return life.isDead ? never : undefined;
    },
  };
}

/** An ERP that is away for hours, behind whatever reaches it. */
export function behindWeather(erp: Erp & ErpWatch, { weather, clock }: Way): Erp & ErpWatch {
  const away = () => weather.isErpDown(clock.now());
  const ask = <T>(call: () => Promise<T>) => {
    if (away()) throw new ErpUnavailable("the ERP is down");
    return call();
  };
  return {
    name: erp.name,
    find: async (query) => ask(() => erp.find(query)),
    cancel: async (ref, order) => ask(() => erp.cancel(ref, order)),
    list: async (since, cursor) => ask(() => erp.list(since, cursor)),
    submit: async (order, deadline) =>
      away() ? { outcome: "rejected", reason: "erp-unreachable", retry: true } : erp.submit(order, deadline),
  };
}
