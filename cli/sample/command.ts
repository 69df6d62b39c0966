/** `kojarz send-sample`: a request as the platform would send it, over the same way, of which nothing is kept. */
import { randomBytes, randomInt } from "node:crypto";
import { Command } from "commander";
import * as z from "zod/mini";
import { connectionsOf } from "../../lib/channels/index.ts";
import { markOf, SAMPLE_HEADER } from "../../lib/intake/sample.ts";
import { http, jsonOf, NoAnswer } from "../../lib/runtime/http.ts";
import { parseConfig } from "../../local/config-file.ts";
import { demoConfig } from "../../local/demo/config.ts";
import { configurationIn } from "../check/configuration.ts";
import { checked, type Finding, fail, ok } from "../check/findings.ts";
import { showChecked } from "../check/show.ts";
import { type Doors, doorsOf } from "../doors.ts";
import { EXIT, failed, wrong } from "../exit.ts";
import type { Shared } from "../run.ts";
import { say } from "../terminal.ts";
import { type Sample, samplesOf } from "./samples.ts";

type SampleOptions = Shared & { config?: string; address?: string };

export function sampleCommand(): Command {
  return new Command("send-sample")
    .description(
      "Sends a sample order to Kojarz as the platform would: signed, to the account's address. It ends as ignored: sample; nothing of it is kept.",
    )
    .argument("<account>", "such as woocommerce:main")
    .option(
      "--config <file>",
      "your configuration, - for the standard input; KOJARZ_CONFIG if absent, else that of the demo",
    )
    .option("--address <url>", "the public address of Kojarz; of the run on this machine if absent")
    .addHelpText(
      "after",
      "\nOf a deployment it invokes OperatorAct, which stores a token for five minutes. The token makes one request a sample;\nwithout it the order is of 2001, and too old.\n\nExamples:\n  kojarz send-sample woocommerce:main\n  kojarz send-sample woocommerce:main --config kojarz.json\n  kojarz send-sample shopify:main --config kojarz.json --stage production --address https://orders.example.pl",
    )
    .action(sendSample);
}

async function sendSample(name: string, options: SampleOptions): Promise<void> {
  const path = options.config ?? process.env.KOJARZ_CONFIG;
  if (!path && options.stage !== undefined)
    throw wrong("send-sample wants the configuration of the stage: --config FILE, or KOJARZ_CONFIG");
  if (options.address !== undefined && !URL.canParse(options.address)) throw wrong("--address wants a URL");
  if (options.stage !== undefined && options.address === undefined)
    throw wrong("--stage wants --address, the address that the deployment's last lines name");
  const connection = connectionsOf(path ? await configurationIn(path) : parseConfig(demo())).find(
    (one) => one.name === name,
  );
  if (!connection) throw failed(`${name} is not configured`);
  const samples = samplesOf(connection, randomInt(1e14, 2e14), Date.now());
  if (typeof samples === "string") throw failed(`nothing can be sent as ${name}: ${samples}`);
  const doors = doorsOf(options);
  const address = (options.address ?? doors.address ?? "").replace(/\/{1,9}$/, "");
  const findings: Finding[] = [];
  for (const sample of samples)
    findings.push(await sent(sample, `${address}/webhooks/${name.replace(":", "/")}`, name, doors));
  const found = checked(name, findings);
  if (options.json) say(JSON.stringify(found));
  else showChecked(found);
  process.exitCode = found.works ? EXIT.done : EXIT.failed;
}

/** What signs for the demo is known to everybody; where its platforms listen is of no interest here. */
function demo(): string {
  const nowhere = "http://127.0.0.1";
  const urls = { shop: nowhere, magento: nowhere, baselinker: nowhere, allegro: nowhere };
  return JSON.stringify(demoConfig(urls, "of-no-use"));
}

const Allowed = z.object({ until: z.number() });

/** Each request has a token of its own, stored before it is sent: whatever is sent without one would be an order. */
async function sent({ what, path, headers, body }: Sample, to: string, name: string, doors: Doors): Promise<Finding> {
  const token = randomBytes(32).toString("base64url");
  const allowed = Allowed.safeParse(await doors.act({ sample: name, mark: markOf(token) }));
  if (!allowed.success) throw failed("this Kojarz knows no samples: deploy the version that this command came with");
  const began = performance.now();
  try {
    const answer = await http(`${to}${path}`, {
      method: "POST",
      headers: { ...headers, [SAMPLE_HEADER]: token },
      body,
    });
    const { verdict, reason, error } = Object(jsonOf(answer)) as Record<string, unknown>;
    const ms = Math.round(performance.now() - began);
    if (verdict === "ignored" && reason === "sample")
      return ok(what, `HTTP ${answer.status} ignored: sample, ${ms} ms`);
    return fail(what, `HTTP ${answer.status} ${error ?? reason ?? verdict ?? "not of Kojarz"}`, {
      pl: "Porównaj adres oraz sekrety tej konfiguracji z tymi, z którymi działa Kojarz.",
      en: "Compare the address, and the secrets of this configuration, with those that Kojarz runs with.",
    });
  } catch (error) {
    if (error instanceof NoAnswer) return fail(what, error.message);
    throw error;
  }
}
