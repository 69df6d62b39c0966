/**
 * One seed for every property: the same commit is judged by the same cases wherever it runs, so a red run is the fault of a
 * change. `KOJARZ_SEED=$RANDOM npm test` looks at other cases; what fails there prints the seed that shows it again.
 */

import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.KOJARZ_SEED ?? 20_261_201) });
