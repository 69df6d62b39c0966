import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A test often waits for the engine or for a process of its own, and another one can run meanwhile.
    maxWorkers: "100%",
    setupFiles: ["test/support/seed.ts"],
    globalSetup: ["test/support/engine-setup.ts"],
    // They end what hangs and measure nothing. The fuzz tests try more often where they are told to.
    testTimeout: 300_000 + Number(process.env.KOJARZ_FUZZ_RUNS ?? 0) * 30,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 240_000, interval: 20 } },
  },
});
