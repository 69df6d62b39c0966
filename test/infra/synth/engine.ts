/**
 * Stands in for the `pulumi` program: runs the bundled stack against Pulumi's mock monitor and writes down every
 * resource that it asks for. Knows the two commands that `sst diff` uses: `stack init` and `preview`.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { answerCall, computed } from "./provider.ts";

type Values = Record<string, unknown>;
type Registered = { getUrn(): string; getOutputs(): { toJavaScript(): Values } | undefined };
type Callback = (...args: unknown[]) => void;
type Pulumi = {
  runtime: {
    setMocks(
      mocks: {
        newResource(args: { type: string; name: string; inputs: Values }): { id: string; state: Values };
        call(args: { token: string; inputs: Values }): Values;
      },
      project: string,
      stack: string,
      preview: boolean,
      organization: string,
    ): Promise<void>;
    runInPulumiStack(work: () => Promise<unknown>): Promise<unknown>;
  };
};
type Asked = { getType(): string; getName(): string; getRetainondelete(): boolean; getDependenciesList(): string[] };
type Mocks = {
  MockMonitor: {
    prototype: {
      registerResource(request: Asked, callback: Callback): void;
      registerResourceOutputs(request: Registered, callback: Callback): void;
    };
  };
};

const argv = process.argv.slice(2);
const after = (flag: string): string => {
  const value = argv[argv.indexOf(flag) + 1];
  if (!argv.includes(flag) || value === undefined) throw new Error(`${flag} is missing`);
  return value;
};

/** The one that SST brings: found beside the bundled stack, not among our own dependencies. */
const SDK = "@pulumi/pulumi";

/** Pulumi wraps a secret in an object with this key. */
const SECRET = "4dabf18193072939515e22adb298388d";

if (argv[0] === "stack" && argv[1] === "init") saveState(argv[2] ?? "", []);
else if (argv[0] === "preview") await preview();
else throw new Error(`the stand-in engine does not know: ${argv.join(" ")}`);

function saveState(stack: string, resources: unknown[]): void {
  const [, app = "", stage = ""] = stack.split("/");
  const file = join(stateFolder(), ".pulumi", "stacks", app, `${stage}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const manifest = { time: new Date().toISOString(), magic: "", version: "v3.215.0" };
  writeFileSync(file, JSON.stringify({ version: 3, checkpoint: { stack, latest: { manifest, resources } } }));
}

/** SST names it as a URL. */
function stateFolder(): string {
  const url = process.env.PULUMI_BACKEND_URL;
  return url === undefined ? process.cwd() : url.replace(/^file:\/\//, "");
}

async function preview(): Promise<void> {
  const main = /^main: (.*)$/m.exec(readFileSync("Pulumi.yaml", "utf8"))?.[1] ?? "";
  const stack = after("--stack");
  const [, app = "", stage = ""] = stack.split("/");
  const require = createRequire(join(dirname(main), "package.json"));
  const pulumi = require(SDK) as Pulumi;
  const mocked = require(`${SDK}/runtime/mocks`) as Mocks;
  const urnOf = (type: string, name: string) => `urn:pulumi:${stage}::${app}::${type}::${name}`;
  const outputs = listenToOutputs(mocked);
  const { kept, after: earlier } = listenToOptions(mocked, urnOf);
  const events = eventLog(after("--event-log"));

  // Errors inside outputs arrive as rejections that nobody handles: to the CLI they are errors of the engine.
  const errors = new Set<string>();
  const fail = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (errors.has(message)) return;
    errors.add(message);
    events.emit({ diagnosticEvent: { message, severity: "error", color: "never", urn: "" } });
  };
  process.on("unhandledRejection", fail);

  const resources: Array<{ type: string; name: string; inputs: unknown }> = [];
  const mocks = {
    newResource({ type, name, inputs }: { type: string; name: string; inputs: Values }) {
      resources.push({ type, name, inputs: plain(inputs) });
      return { id: `${name}-id`, state: computed(type, name, inputs) };
    },
    call: answerCall,
  };
  await pulumi.runtime.setMocks(mocks, app, stage, false, "organization");

  // Nothing is pending any more when the process would end by itself: no resource is missed, and nothing waits.
  process.once("beforeExit", () => {
    for (const { type, name, inputs } of resources.filter((resource) => resource.type)) {
      const urn = urnOf(type, name);
      const item = { type, urn, custom: true, id: "", parent: "", provider: "", inputs, outputs: inputs };
      const change = { op: "create", urn, type, old: null, new: item, keys: null, diffs: null, detailedDiff: null };
      events.emit({ resOutputsEvent: { metadata: { ...change, logical: true, provider: "" }, planning: true } });
    }
    const stackUrn = urnOf("pulumi:pulumi:Stack", `${app}-${stage}`);
    const links = [...outputs].filter(([urn]) => urn.includes("sst:sst:LinkRef"));
    saveState(stack, [
      { urn: stackUrn, custom: false, type: "pulumi:pulumi:Stack", outputs: outputs.get(stackUrn) ?? {} },
      ...links.map(([urn, values]) => ({ urn, custom: false, type: "sst:sst:LinkRef", outputs: values })),
    ]);
    const summary = { maybeCorrupt: false, durationSeconds: 0, resourceChanges: { create: resources.length } };
    events.emit({ summaryEvent: { ...summary, policyPacks: {}, isPreview: true } });
    // SST hands the setting down to itself among the outputs.
    const { _protect, ...told } = outputs.get(stackUrn) ?? {};
    const isProtected = _protect === true;
    const made = resources.map((one) => ({
      ...one,
      isKept: kept.has(urnOf(one.type, one.name)),
      after: earlier.get(urnOf(one.type, one.name)) ?? [],
    }));
    writeFileSync(
      process.env.SYNTH_OUT ?? "synth.json",
      JSON.stringify({ app, stage, isProtected, told, resources: made, errors: [...errors] }),
    );
    process.exit(errors.size > 0 ? 1 : 0);
  });
  const stackModule = async () => ((await import(pathToFileURL(main).href)) as { default: unknown }).default;
  await pulumi.runtime.runInPulumiStack(stackModule).catch(fail);
}

function listenToOutputs({ MockMonitor }: Mocks): Map<string, Values> {
  const outputs = new Map<string, Values>();
  const register = MockMonitor.prototype.registerResourceOutputs;
  MockMonitor.prototype.registerResourceOutputs = function listen(request, callback) {
    outputs.set(request.getUrn(), plain(request.getOutputs()?.toJavaScript() ?? {}) as Values);
    return register.call(this, request, callback);
  };
  return outputs;
}

/** What is to stay when it goes from the configuration, and what is made first: options, which no mock is told. */
function listenToOptions({ MockMonitor }: Mocks, urnOf: (type: string, name: string) => string) {
  const kept = new Set<string>();
  const after = new Map<string, string[]>();
  const register = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function listen(request, callback) {
    const urn = urnOf(request.getType(), request.getName());
    if (request.getRetainondelete()) kept.add(urn);
    after.set(urn, request.getDependenciesList());
    return register.call(this, request, callback);
  };
  return { kept, after };
}

function eventLog(file: string) {
  let sequence = 0;
  return {
    emit(event: Values): void {
      const timestamp = Math.floor(Date.now() / 1000);
      appendFileSync(file, `${JSON.stringify({ sequence, timestamp, ...event })}\n`);
      sequence += 1;
    },
  };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return "value" in value ? plain(value.value) : undefined;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
