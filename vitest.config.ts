import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/engine-setup.ts"],
    // The fuzz tests try more often where they are told to.
    testTimeout: 30_000 + Number(process.env.KOJARZ_FUZZ_RUNS ?? 0) * 10,
    hookTimeout: 60_000,
  },
});
