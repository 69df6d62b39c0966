/** A slice of what `npm run explore` looks at, bounded by states, and the proof that the explorer can see a fault. */
import { describe, expect, test } from "vitest";
import { exploreStates } from "../support/fuzz.ts";
import { explore } from "./explore.ts";
import { scenarios } from "./scenarios.ts";

const scenarioOf = (name: string) => {
  const scenario = scenarios.find((one) => one.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  return scenario;
};

describe("in every state that a scenario comes to nothing is lost, doubled or untold", () => {
  test.each(scenarios.map(({ name }) => name))("%s", async (name) => {
    const { complaints, endings } = await explore(scenarioOf(name), exploreStates);
    expect(complaints).toEqual([]);
    expect(endings).toBeGreaterThan(0);
  });
});

describe("the explorer", () => {
  test("finds the second ERP order of an ERP that commits after its deadline", async () => {
    const scenario = scenarioOf("in doubt");
    const setting = { ...scenario.setting, overdueMs: 1_800_000 };
    const { doubled, complaints } = await explore({ ...scenario, setting }, 3_000);
    expect(doubled).toBeGreaterThan(0);
    expect(complaints.join()).toContain("is in the ERP 2 times");
  });

  test("finds an order that no sweep looks after", async () => {
    const scenario = scenarioOf("webhooks that are never sent again");
    const { polled: _, ...setting } = scenario.setting;
    const { lost } = await explore({ ...scenario, setting, purchases: [{ ids: ["271"], ends: "in-erp" }] }, 3_000);
    expect(lost).toBeGreaterThan(0);
  });

  test("visits a state once, however it is come to", async () => {
    const whole = await explore(scenarioOf("torn reads"));
    expect(whole).toMatchObject({ isWhole: true, lost: 0, doubled: 0, untold: 0 });
    expect(await explore(scenarioOf("torn reads"))).toMatchObject({ states: whole.states, endings: whole.endings });
  });
});
