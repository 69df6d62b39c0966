/** One engine in memory for the whole run; its endpoint is handed on to the tests. */
import type { TestProject } from "vitest/node";
import { startEngine } from "../../local/engine.ts";

declare module "vitest" {
  interface ProvidedContext {
    engine: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = await startEngine();
  project.provide("engine", engine.endpoint);
  return engine.stop;
}
