/** `npm start`: Kojarz on this machine, the demo's story, and then serving until Ctrl-C. */
import "./quiet.ts";
import type { Explanation } from "../ops/explain.ts";
import { ConfigError } from "../runtime/config.ts";
import { playStory } from "./demo/story.ts";
import { storyTable, totalsLine } from "./demo/summary.ts";
import { EngineError } from "./java.ts";
import { type Local, PortTaken, startLocal } from "./local.ts";
import { OptionsError, readOptions, type StartOptions } from "./options.ts";
import { StateTaken } from "./state-folder.ts";

/** Mistakes of whoever starts it: one line, no stack. */
const MISTAKES = [OptionsError, ConfigError, EngineError, PortTaken, StateTaken];

try {
  await main(readOptions(process.argv.slice(2), process.env));
} catch (error) {
  const isMistake = MISTAKES.some((kind) => error instanceof kind);
  console.error(isMistake && error instanceof Error ? `kojarz: ${error.message}` : error);
  process.exit(1);
}

async function main(options: StartOptions): Promise<void> {
  // With --json only the result is on stdout.
  const say = options.json ? console.error : console.log;
  const explained: Explanation[] = [];
  let playing = options.demo;
  const starting = startLocal(options, say, (app) => ({
    ...app,
    explain(explanation) {
      app.explain(explanation);
      if (playing) explained.push(explanation);
    },
  }));
  const stop = stopOnSignal(starting);
  const { url, world, standIn } = await starting;
  if (!options.once) say(`Kojarz serves on ${url} (Ctrl-C stops it)`);
  if (options.demo && world) {
    const { scenes, totals } = await playStory(world, { explained, erpRows: standIn.rows });
    playing = false;
    say(storyTable(scenes));
    console.log(options.json ? JSON.stringify(totals) : totalsLine(totals));
    if (options.once) return stop(totals.lost === 0 && totals.duplicated === 0 ? 0 : 1);
  }
  if (options.once) return stop(0);
}

/** The first signal stops in order, children included, and ends with 0; a second one does not wait. */
function stopOnSignal(starting: Promise<Local>): (code: number) => Promise<void> {
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return process.exit(1);
    stopping = true;
    const local = await starting.catch(() => undefined);
    await local?.stop();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      stop(0).catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
    });
  return stop;
}
