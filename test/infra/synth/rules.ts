/** Every rule for one deployment. */
import { deploymentFrom } from "../../../infra/deployment.ts";
import { checks } from "./checks.ts";
import type { Check } from "./judging.ts";
import { limits } from "./limits.ts";
import { rights } from "./rights.ts";
import type { Setup } from "./synth.ts";
import { watching } from "./watching.ts";
import { wiringOf } from "./wiring.ts";

export function rulesOf({ stage, environment }: Pick<Setup, "stage" | "environment">): readonly Check[] {
  return [
    ...checks,
    ...limits,
    ...rights,
    ...watching,
    ...wiringOf(deploymentFrom(environment, stage === "production")),
  ];
}
