/** What EventBridge Scheduler does in the cloud: runs functions again and again. */
import { type LambdaHandler, lambdaContext } from "./lambda-context.ts";
import { type Loop, startLoop } from "./loop.ts";

export type Job = { name: string; everyMs: number; handler: LambdaHandler<unknown>; event: unknown };

const TIMEOUT_MS = 120_000;

/**
 * Runs each job at once and then at its interval, never two of one kind at the same time.
 * @param failed told of a run that threw; the next one comes in its time
 */
export function startScheduler(jobs: readonly Job[], failed: (job: string, cause: unknown) => void): Loop {
  const loops = jobs.map((job) =>
    startLoop(async () => {
      const startedAt = performance.now();
      try {
        await job.handler(job.event, lambdaContext(job.name, TIMEOUT_MS));
      } catch (cause) {
        failed(job.name, cause);
      }
      return Math.max(0, job.everyMs - (performance.now() - startedAt));
    }),
  );
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
