/** The two ways in which a person operates a run: by the command line, and by the widgets as CloudWatch shows them. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StartedRun } from "../support/started.ts";

const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** Each returns what the person then reads. */
export type Operator = {
  status(): Promise<string>;
  trace(number: string): Promise<string>;
  retry(number: string): Promise<string>;
  release(number: string): Promise<string>;
  done(number: string, erpNumber: string): Promise<string>;
  dismiss(number: string): Promise<string>;
  unlink(number: string, account: string, sourceOrder: string): Promise<string>;
  merge(keep: string, drop: string): Promise<string>;
  cancel(number: string): Promise<string>;
  forget(number: string): Promise<string>;
  tryNow(): Promise<string>;
  /** Reads an account at the next occasion, whatever it was put off for. */
  readNow(account: string): Promise<string>;
  /** Decides anew on a report that nobody could use, after a setting was mended. */
  decideAnew(number: string): Promise<string>;
};

export type Typed = { code: number; out: string; err: string };

export function typed(run: StartedRun, ...args: string[]): Promise<Typed> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, KOJARZ_STATE: run.state } });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += String(data)));
    child.stderr.on("data", (data) => (err += String(data)));
    child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
  });
}

export function atTheTerminal(run: StartedRun): Operator {
  const say = async (...args: string[]) => {
    const { out, err } = await typed(run, ...args);
    return `${out}${err}`;
  };
  return {
    status: () => say("status"),
    trace: (number) => say("trace", number),
    retry: (number) => say("retry", number),
    release: (number) => say("release", number),
    done: (number, erpNumber) => say("done", number, "--erp-number", erpNumber),
    dismiss: async (number) => say("dismiss", await caseOf(run, number)),
    unlink: (number, account, sourceOrder) => say("unlink", number, account, sourceOrder),
    merge: (keep, drop) => say("merge", keep, drop, "--yes"),
    cancel: (number) => say("cancel", number, "--yes"),
    forget: (number) => say("forget", number, "--yes"),
    tryNow: () => say("redrive", "backlog"),
    readNow: (account) => say("redrive", "feed", account),
    decideAnew: async (number) => say("reprocess", await caseOf(run, number)),
  };
}

type Cases = { cases: Array<{ id: string; resolved?: unknown }> };

/** The open one, or what it was: on a slow machine it may have settled itself meanwhile. */
async function caseOf(run: StartedRun, number: string): Promise<string> {
  const { out } = await typed(run, "trace", number, "--json");
  const trace = JSON.parse(out) as Cases & { orders: Cases[] };
  const all = [...trace.orders.flatMap(({ cases }) => cases), ...trace.cases];
  return (all.find(({ resolved }) => !resolved) ?? all[0])?.id ?? "";
}

export async function posted(run: StartedRun, path: string, body: object): Promise<unknown> {
  const { token } = JSON.parse(readFileSync(join(run.state, "console.json"), "utf8")) as { token: string };
  const headers = { "content-type": "application/json", "x-kojarz-token": token };
  const answer = await fetch(`${run.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.json();
}

const BUTTONS =
  /<button[^>]*>([^<]*)<\/button><cwdb-action [^>]*endpoint="[^"]*(Read|Act)"[^>]*>([^<]*)<\/cwdb-action>/g;

type Forms = Record<string, string>;

export function atTheDashboard(run: StartedRun): Operator {
  const call = async (door: string, event: object, all: Forms = {}) => {
    const widgetContext = { locale: "en", theme: "light", forms: { all } };
    const { payload } = (await posted(run, `/console/invoke/${door.toLowerCase()}`, { ...event, widgetContext })) as {
      payload: unknown;
    };
    return String(payload);
  };

  /** Presses the button with this label, with what was filled in. */
  const press = async (html: string, label: string, forms: Forms = {}) => {
    const buttons = [...html.matchAll(BUTTONS)].map(([, text = "", door = "", event = ""]) => ({ text, door, event }));
    const button = buttons.find(({ text }) => text === label);
    if (!button) throw new Error(`no button ${label} among ${buttons.map(({ text }) => text).join(", ")}`);
    return call(button.door, JSON.parse(unescaped(button.event)), forms);
  };

  const trace = async (number: string) => {
    const search = await press(await call("read", {}), "Search");
    return press(search, "Find", { of: number });
  };
  const act = async (number: string, label: string, forms: Forms = {}) =>
    press(await trace(number), label, { by: "Ala", ...forms });
  /** The fields of a form are numbered: whatever number this one has, it is filled in. */
  const numbered = (name: string, value: string): Forms =>
    Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${name}-${n}`, value]));

  return {
    status: async () => press(await call("read", {}), "State"),
    trace,
    retry: (number) => act(number, "Send again"),
    release: (number) => act(number, "Forward all the same"),
    done: (number, erpNumber) => act(number, "Entered by hand", numbered("erpNumber", erpNumber)),
    dismiss: async (number) => press(await press(await trace(number), "Open"), "Nothing to be done", { by: "Ala" }),
    unlink: (number) => act(number, "Take this report off"),
    async merge(keep, drop) {
      const [one, other] = [await orderId(trace, keep), await orderId(trace, drop)];
      return call("act", { act: { do: "merge", keep: one, drop: other } }, { by: "Ala" });
    },
    cancel: (number) => act(number, "Cancel"),
    forget: (number) => act(number, "Erase personal data"),
    tryNow: async () => press(await press(await call("read", {}), "State"), "Try now", { by: "Ala" }),
    readNow: async () => press(await press(await call("read", {}), "State"), "Read now", { by: "Ala" }),
    async decideAnew(number) {
      const shown = await press(await trace(number), "Open");
      return shown.includes("Resolved: ") ? shown : press(shown, "Fetch from its platform", { by: "Ala" });
    },
  };
}

async function orderId(trace: (number: string) => Promise<string>, number: string): Promise<string> {
  return /<dt>id<\/dt><dd><code>([^<]+)/.exec(await trace(number))?.[1] ?? "";
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
