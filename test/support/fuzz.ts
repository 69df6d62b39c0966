/** How often a fuzz test tries; more by the environment. */
export const fuzzRuns = Number(process.env.KOJARZ_FUZZ_RUNS ?? 100);

/** The same for a test of the whole path, of which one run is worth many. */
export const denseRuns = Math.max(150, Math.round(fuzzRuns / 20));

/** How many states of each scenario a test looks at; more by the environment. `npm run explore` looks at all. */
export const exploreStates = Number(process.env.KOJARZ_EXPLORE_STATES ?? 400);
