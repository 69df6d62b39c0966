import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import { AllegroUnauthorised, AllegroUnavailable } from "../../lib/channels/allegro/errors.ts";
import { allegroTokens } from "../../lib/channels/allegro/tokens.ts";
import { Blocked } from "../../lib/channels/channel.ts";
import type { AllegroFault, AllegroOptions } from "../../local/simulators/allegro.ts";
import { allegroFloorForTest, START } from "../support/allegro.ts";

const HOUR = 3_600_000;

async function floor(settings: Partial<AllegroAccount> = {}, options: Partial<AllegroOptions> = {}) {
  const faults: Partial<Record<AllegroFault, number>> = {};
  const ground = await allegroFloorForTest({ faults, ...options }, settings);
  return { ...ground, faults, tokens: allegroTokens(ground.account, ground.io) };
}

async function failure(run: Promise<unknown>): Promise<Error> {
  const error = await run.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof Error) return error;
  throw new Error("it did not fail");
}

describe("a token in good order", () => {
  test("the configured refresh token is the seed of the first pair", async () => {
    const { tokens, vault, simulator } = await floor();
    const access = await tokens.access();
    expect(vault.peek("allegro:acme")).toMatchObject({ access, expiresAt: START + 43_199_000 });
    expect(simulator.calls().token).toBe(1);
  });

  const ENDS = START + 43_199_000;

  test("it is renewed when a run is over from ten minutes before its end on", async () => {
    const { account, io, tokens: before, clock, vault } = await floor();
    const first = await before.access();
    const tokens = allegroTokens(account, io);
    await tokens.access();
    clock.now = ENDS - 600_001;
    expect(tokens.ahead.isDue()).toBe(false);
    clock.now += 1;
    expect(tokens.ahead.isDue()).toBe(true);
    expect(await tokens.access()).toBe(first);
    await tokens.ahead.run();
    expect(vault.peek("allegro:acme")?.access).not.toBe(first);
    expect(tokens.ahead.isDue()).toBe(false);
  });

  test("a token that lives for minutes is renewed once a run", async () => {
    const { tokens } = await floor({}, { accessTokenMs: 300_000 });
    await tokens.access();
    expect(tokens.ahead.isDue()).toBe(false);
  });

  test("where runs come more often than each minute, a renewal that can wait waits for a third of the interval", async () => {
    const { account, tokens, io } = await floor();
    expect(tokens.ahead.afterMs).toBe(20_000);
    expect(allegroTokens({ ...account, pollSeconds: 3 }, io).ahead.afterMs).toBe(1_000);
  });

  test("it is renewed at once three minutes before its end", async () => {
    const { tokens, clock } = await floor();
    const first = await tokens.access();
    clock.now = ENDS - 180_001;
    expect(await tokens.access()).toBe(first);
    clock.now += 1;
    expect(await tokens.access()).not.toBe(first);
  });

  test("the chain goes on by itself: each refresh uses the token that the last one gave", async () => {
    const { tokens, clock, simulator } = await floor();
    for (let turn = 0; turn < 5; turn += 1) {
      await tokens.access();
      clock.now += 12 * HOUR;
    }
    expect(simulator.calls()).toMatchObject({ token: 5 });
    expect(simulator.calls()["token-refused"]).toBeUndefined();
  });

  test("a token that the API refused is renewed, unless another process has done so already", async () => {
    const { tokens, simulator } = await floor();
    const first = await tokens.access();
    const second = await tokens.access(first);
    expect(second).not.toBe(first);
    expect(await tokens.access(first)).toBe(second);
    expect(simulator.calls().token).toBe(2);
  });
});

describe("one refresher at a time", () => {
  test("calls of one process wait for one refresh together", async () => {
    const { tokens, simulator } = await floor();
    const [first, ...others] = await Promise.all([tokens.access(), tokens.access(), tokens.access()]);
    expect(others).toEqual([first, first]);
    const renewed = await Promise.all([tokens.access(first), tokens.access(first)]);
    expect(new Set(renewed).size).toBe(1);
    expect(simulator.calls().token).toBe(2);
  });

  test("of two processes one refreshes, the other comes back a few seconds later and finds the pair", async () => {
    const { account, io, tokens, clock, simulator } = await floor();
    const other = allegroTokens(account, io);
    const both = await Promise.allSettled([tokens.access(), other.access()]);
    const blocked = both.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    expect(blocked).toHaveLength(1);
    expect(blocked[0]).toBeInstanceOf(Blocked);
    expect(blocked[0]).toMatchObject({ until: START + 3_000 });
    clock.now = START + 3_000;
    expect(await tokens.access()).toBe(await other.access());
    expect(simulator.calls().token).toBe(1);
  });

  test("whoever gets the lock late finds the pair that was saved meanwhile", async () => {
    const { account, io, tokens, vault, simulator } = await floor();
    const late = allegroTokens(account, {
      ...io,
      vault: {
        ...vault,
        async lock(...args) {
          await tokens.access();
          return vault.lock(...args);
        },
      },
    });
    expect(await late.access()).toBe(vault.peek("allegro:acme")?.access);
    expect(simulator.calls().token).toBe(1);
  });

  test("a budget that is used up leaves no lock behind", async () => {
    const { account, io, tokens } = await floor();
    const spent = { spend: () => Promise.reject(new Blocked("used up", START + 1)) };
    await expect(allegroTokens(account, { ...io, budget: spent }).access()).rejects.toThrow(Blocked);
    expect(await tokens.access()).toBeTruthy();
  });
});

describe("a lost answer", () => {
  test("a cut answer is asked for again at once, with the token that is spent by now", async () => {
    const { account, io, simulator } = await floor();
    let cut = 0;
    const tokens = allegroTokens(account, {
      ...io,
      async http(url, request) {
        const answer = await io.http(url, request);
        cut += 1;
        if (cut === 1) throw new Error("the line went dead");
        return answer;
      },
    });
    expect(await tokens.access()).toBeTruthy();
    expect(simulator.calls().token).toBe(2);
  });

  test("answers that do not come in time are not waited for longer than the lock lasts", async () => {
    const { account, io, clock } = await floor();
    let asked = 0;
    const http = async (_: string, { timeoutMs = 0 } = {}) => {
      asked += 1;
      clock.now += timeoutMs;
      throw new Error("timed out");
    };
    await expect(allegroTokens(account, { ...io, http }).access()).rejects.toThrow(AllegroUnavailable);
    expect(asked).toBe(2);
    expect(clock.now - START).toBeLessThan(30_000);
  });

  test("answers that stay lost are no answer, and a run within 60 s heals it", async () => {
    const { tokens, faults, clock, simulator } = await floor();
    await tokens.access();
    clock.now += 12 * HOUR;
    faults["token-lost-answer"] = 1;
    const error = await failure(tokens.access());
    expect(error).toBeInstanceOf(AllegroUnavailable);
    expect(error.cause).toBeInstanceOf(Error);
    faults["token-lost-answer"] = 0;
    clock.now += 59_000;
    expect(await tokens.access()).toBeTruthy();
    expect(simulator.fired["token-lost-answer"]).toBe(5);
  });

  test("a death between answer and save is healed by the old token once the lock is over", async () => {
    const { account, io, tokens, vault, clock } = await floor();
    await tokens.access();
    clock.now += 12 * HOUR;
    const save: typeof vault.save = (name, token, pair) =>
      pair.begunAt === undefined ? Promise.reject(new Error("killed")) : vault.save(name, token, pair);
    const dying = { ...vault, save, unlock: async () => {} };
    await expect(allegroTokens(account, { ...io, vault: dying }).access()).rejects.toThrow("killed");
    await expect(tokens.access()).rejects.toThrow(Blocked);
    clock.now += 30_000;
    expect(await tokens.access()).toBe(vault.peek("allegro:acme")?.access);
  });

  test("the old refresh token is in the vault until the new pair is", async () => {
    const { account, io, tokens, vault, clock } = await floor();
    await tokens.access();
    const before = vault.peek("allegro:acme");
    clock.now += 12 * HOUR;
    let duringSave: unknown;
    const watching = {
      ...vault,
      async save(...args: Parameters<typeof vault.save>) {
        duringSave = vault.peek("allegro:acme");
        return vault.save(...args);
      },
    };
    await allegroTokens(account, { ...io, vault: watching }).access();
    expect(duringSave).toMatchObject(before ?? {});
    expect(vault.peek("allegro:acme")).not.toEqual(before);
  });

  test("a spent refresh token works for 60 s and then no more", async () => {
    const { account, io, vault, clock } = await floor();
    const again = () => allegroTokens(account, { ...io, vault: { ...vault, read: async () => undefined } }).access();
    await again();
    clock.now += 60_000;
    expect(await again()).toBeTruthy();
    clock.now += 1;
    await expect(again()).rejects.toThrow(AllegroUnauthorised);
  });
});

describe("only the operator can help", () => {
  test("a seller who unlinks the application has to log in again", async () => {
    const { tokens, simulator, clock } = await floor();
    await tokens.access();
    simulator.revoke();
    clock.now += 12 * HOUR;
    expect(await failure(tokens.access())).toMatchObject({ name: "AllegroUnauthorised", reason: "invalid_grant" });
  });

  test("a newly configured refresh token wins over the stored pair", async () => {
    const { account, io, tokens, simulator, vault } = await floor();
    await tokens.access();
    simulator.revoke();
    const relinked = allegroTokens({ ...account, refreshToken: simulator.login() }, io);
    expect(await relinked.access()).toBe(vault.peek("allegro:acme")?.access);
  });

  test("a stored pair of an older chain gives the configured seed a chance", async () => {
    const { account, io, tokens, vault, clock, simulator } = await floor();
    await tokens.access();
    const pair = vault.peek("allegro:acme") ?? {};
    await vault.lock("allegro:acme", "t", START + 1);
    await vault.save("allegro:acme", "t", { ...pair, refresh: "restored", expiresAt: START });
    clock.now += 30_000;
    expect(await allegroTokens(account, io).access()).toBeTruthy();
    expect(simulator.calls()).toMatchObject({ token: 2, "token-refused": 1 });
  });

  test("a wrong client secret is a mistake of configuration, not of the login", async () => {
    const { tokens } = await floor({ clientSecret: "wrong" });
    expect(await failure(tokens.access())).toMatchObject({ name: "AllegroUnauthorised", reason: "invalid_client" });
  });
});

test("no token and no secret stands in an error, its causes or its stack", async () => {
  const { account, io, tokens, vault, simulator, faults, clock } = await floor();
  const secrets = () => [
    account.refreshToken,
    account.clientSecret,
    ...Object.values(vault.peek("allegro:acme") ?? {}),
  ];
  const texts: string[] = [];
  await tokens.access();
  clock.now += 12 * HOUR;
  faults["token-lost-answer"] = 1;
  texts.push(inspect(await failure(tokens.access()), { depth: 9 }));
  faults["http-5xx"] = 1;
  texts.push(inspect(await failure(tokens.access()), { depth: 9 }));
  faults["http-5xx"] = 0;
  simulator.revoke();
  texts.push(inspect(await failure(tokens.access()), { depth: 9 }));
  texts.push(inspect(await failure(allegroTokens({ ...account, clientSecret: "wrong" }, io).access()), { depth: 9 }));
  for (const secret of secrets()) expect(texts.join("\n")).not.toContain(String(secret));
});

describe("a store that is away while a new pair is to be saved", () => {
  /** @param times how often saving fails once the endpoint has answered */
  async function away(times: number) {
    const ground = await floor();
    await ground.tokens.access();
    const { clock, vault } = ground;
    clock.now += 12 * HOUR;
    let left = times;
    const fails: typeof vault = {
      ...vault,
      async save(account, token, secret) {
        if (secret.begunAt === undefined && left > 0) {
          left -= 1;
          throw new Error("the store is away");
        }
        return vault.save(account, token, secret);
      },
    };
    const wait = async (ms: number) => {
      clock.now += ms;
    };
    return { ...ground, tokens: allegroTokens(ground.account, { ...ground.io, vault: fails, wait }), fails, wait };
  }

  test("is tried again: the old token would be worth nothing a minute later", async () => {
    const { tokens, vault, simulator } = await away(20);
    const access = await tokens.access();
    expect(vault.peek("allegro:acme")).toMatchObject({ access });
    expect(simulator.calls()).toMatchObject({ token: 2 });
  });

  test("for longer than a run: the next run of the process saves it, and asks for no other", async () => {
    const { account, io, tokens, vault, fails, wait, clock, simulator } = await away(46);
    await expect(tokens.access()).rejects.toThrow("the store is away");
    clock.now += HOUR;
    const access = await allegroTokens(account, { ...io, vault: fails, wait }).access();
    expect(vault.peek("allegro:acme")).toMatchObject({ access });
    expect(simulator.calls()).toMatchObject({ token: 2 });
  });
});
