/** One Allegro account against the simulator, on a clock that only the test moves. */
import { onTestFinished } from "vitest";
import { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import type { PullIo } from "../../lib/channels/channel.ts";
import { http } from "../../lib/runtime/http.ts";
import { type AllegroOptions, createAllegro } from "../../local/simulators/allegro.ts";
import { memoryVault } from "./memory-vault.ts";

const CLIENT = { clientId: "client-of-acme", clientSecret: "secret-of-acme", refreshToken: "seed-of-acme" };

export const START = Date.parse("2026-10-10T10:00:00Z");

/** A generator that gives the same numbers for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function allegroAccount(settings: Partial<AllegroAccount> = {}): AllegroAccount {
  return AllegroAccount.parse({ channel: "allegro", account: "acme", ...CLIENT, ...settings });
}

export async function allegroFloor(
  options: Partial<AllegroOptions> = {},
  settings: Partial<AllegroAccount> = {},
  seed = 1,
) {
  const clock = { now: START };
  const now = () => clock.now;
  const random = seeded(seed);
  const simulator = await createAllegro({ ...CLIENT, now, random, ...options });
  const vault = memoryVault(now);
  const io: PullIo = { http, vault, budget: { spend: async () => {} }, now, random };
  const account = allegroAccount({ baseUrl: simulator.url, authUrl: simulator.url, ...settings });
  return { simulator, account, io, vault, clock, close: simulator.close };
}

/** The same, closed when the test is over. */
export async function allegroFloorForTest(...args: Parameters<typeof allegroFloor>) {
  const floor = await allegroFloor(...args);
  onTestFinished(floor.close);
  return floor;
}
