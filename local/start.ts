/** `npm start`: Kojarz on this machine, the demo's story, and then serving until Ctrl-C. */
import "./heard.ts";
import { styleText } from "node:util";
import { ConfigError } from "../lib/app/config.ts";
import type { Explanation } from "../lib/core/ports/explain.ts";
import { messageLine, type Paint } from "./console/message-line.ts";
import { playStory } from "./demo/story.ts";
import { storyTable, totalsLine } from "./demo/summary.ts";
import { endOnSignal, fail } from "./ending.ts";
import { whereNext } from "./front-page.ts";
import { EngineError } from "./java.ts";
import { PortTaken, startLocal } from "./local.ts";
import { OptionsError, readOptions, type StartOptions } from "./options.ts";
import { StateError } from "./state-folder.ts";

/** Mistakes of whoever starts it: one line, no stack. */
const MISTAKES = [OptionsError, ConfigError, EngineError, PortTaken, StateError];

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
  const stream = options.json ? process.stderr : process.stdout;
  const paint: Paint = (colour, text) => styleText(colour, text, { stream });
  const starting = startLocal(
    options,
    say,
    (app) => ({
      ...app,
      explain(explanation) {
        app.explain(explanation);
        if (playing) explained.push(explanation);
      },
    }),
    (message) => {
      if (!options.quiet) say(messageLine(message, paint));
    },
  );
  const end = endOnSignal(async () => (await starting.catch(() => undefined))?.stop());
  const { url, places, world, fakeErp, engineDied } = await starting;
  engineDied
    .then((error) => {
      console.error(`kojarz: ${error.message}`);
      return end(1);
    })
    .catch(fail);
  if (!options.once) say(`Kojarz serves on ${url} (Ctrl-C stops it)`);
  if (options.demo && world) {
    say("The story: one purchase, three sources that report it, one ERP order");
    const { scenes, totals } = await playStory(world, { explained, erpRows: fakeErp.rows }, (line) => say(`  ${line}`));
    playing = false;
    say(`\n${storyTable(scenes)}\n`);
    console.log(options.json ? JSON.stringify(totals) : totalsLine(totals));
    if (options.once) return end(totals.lost === 0 && totals.duplicated === 0 ? 0 : 1);
  }
  say(`\n${whereNext(url, places)}`);
}
