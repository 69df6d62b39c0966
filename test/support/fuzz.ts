/** How often a fuzz test tries; more by the environment. */
export const fuzzRuns = Number(process.env.KOJARZ_FUZZ_RUNS ?? 300);
