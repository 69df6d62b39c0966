/** Every generated page, by its path in the repository. A test compares them with what is committed. */
import { resolve } from "node:path";
import { adobeFields } from "./pages/adobe-fields.ts";
import { alarms } from "./pages/alarms.ts";
import { channelsPage } from "./pages/channels.ts";
import { configuration } from "./pages/configuration.ts";
import { cost } from "./pages/cost.ts";
import { functionsPage } from "./pages/functions.ts";
import { heldReasons } from "./pages/held-reasons.ts";
import { metricsPage } from "./pages/metrics.ts";
import { standardOrder } from "./pages/standard-order.ts";

export const ROOT = resolve(import.meta.dirname, "../..");

export type GeneratedPage = { path: string; text: string };

const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  "adobe-fields": adobeFields,
  alarms,
  channels: channelsPage,
  configuration,
  cost,
  functions: functionsPage,
  "held-reasons": heldReasons,
  metrics: metricsPage,
  "standard-order": standardOrder,
};

const NOTICE = "<!-- Generated from the code by `npm run docs`. Do not edit: change the code and run it again. -->";

export async function generatedPages(): Promise<GeneratedPage[]> {
  return Promise.all(
    Object.entries(PAGES).map(async ([name, write]) => ({
      path: `docs/reference/${name}.md`,
      text: `${NOTICE}\n\n${(await write()).trim()}\n`,
    })),
  );
}
