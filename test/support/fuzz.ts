/** How often a fuzz test tries; more by the environment. */
export const fuzzRuns = Number(process.env.KOJARZ_FUZZ_RUNS ?? 300);

/** The same for a test of the whole path, of which one run is worth many. */
export const denseRuns = Math.max(150, Math.round(fuzzRuns / 20));
