/** Which files of ours run on an order's way: those of `lib` and `functions` in which a function was called. */
import { Session } from "node:inspector/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OURS = /^(?:lib|functions)\//;

/**
 * Counts calls, by V8's own coverage: what was called before does not count, and a module that is only loaded neither.
 * @returns paths from the root of the repository, in alphabetical order
 */
export async function filesThatRan(work: () => Promise<unknown>): Promise<string[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    await session.post("Profiler.takePreciseCoverage");
    await work();
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const ran = result.filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)));
    const files = ran.filter(({ url }) => url.startsWith("file:")).map(({ url }) => relative(ROOT, fileURLToPath(url)));
    return files.filter((file) => OURS.test(file)).sort();
  } finally {
    session.disconnect();
  }
}
