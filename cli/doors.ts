/**
 * The two functions of an operator, wherever they run. On AWS they are invoked with the caller's own credentials: who may
 * invoke them may look or act, and nobody needs a right on the table.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import * as z from "zod/mini";
import type { Comparing } from "../lib/erp/comparing.ts";
import { failed } from "./exit.ts";

export type Doors = {
  read(question: object): Promise<unknown>;
  act(action: object): Promise<unknown>;
  /** What a report compares: purchases of the function that may read the whole table, ERP orders of the one that watches. */
  compare(question: Comparing): Promise<unknown>;
  /** Has the watch over the ERP run a round, as its schedule does. */
  watch(): Promise<unknown>;
  /** Where webhooks are sent; only the run on this machine knows its own. */
  address?: string;
  /** Who calls, as far as credentials prove it. */
  proven(): Promise<string | undefined>;
};

export type Where = { stage?: string; region: string; state: string };

type Door = "OperatorRead" | "OperatorAct" | "ErpWatch";

export function doorsOf(where: Where): Doors {
  return where.stage === undefined ? localDoors(where.state) : stageDoors(where.stage, where.region);
}

const Key = z.object({ url: z.url(), token: z.string() });
type Key = z.infer<typeof Key>;

/** @param state the state folder of a run on this machine */
function keyOf(state: string): Key {
  const path = join(resolve(state), "console.json");
  try {
    return Key.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw failed(
      `no Kojarz runs on ${resolve(state)}: start it with npm start, or name a deployment with --stage`,
      cause,
    );
  }
}

const LocalAnswer = z.object({ payload: z.optional(z.unknown()), functionError: z.optional(z.string()) });

function localDoors(state: string): Doors {
  const { url, token } = keyOf(state);

  async function invoke(path: string, event: object): Promise<unknown> {
    const headers = { "content-type": "application/json", "x-kojarz-token": token };
    let answer: Response;
    try {
      answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(event) });
    } catch (cause) {
      throw failed(`Kojarz does not answer at ${url}: is it still running?`, cause);
    }
    if (!answer.ok) throw failed(`Kojarz at ${url} answered ${answer.status}`);
    const { payload, functionError } = LocalAnswer.parse(await answer.json());
    if (functionError !== undefined) throw failed(`the function failed: ${functionError}`);
    return payload;
  }

  return {
    address: url,
    read: (question) => invoke("/console/invoke/read", question),
    act: (action) => invoke("/console/invoke/act", action),
    compare: (question) => invoke(`/console/invoke/${question.compare === "purchases" ? "act" : "compare"}`, question),
    watch: () => invoke("/console/invoke/compare", {}),
    proven: async () => undefined,
  };
}

function stageDoors(stage: string, region: string): Doors {
  const lambda = new LambdaClient({ region });

  async function invoke(door: Door, event: object): Promise<unknown> {
    const FunctionName = `kojarz-${stage}-${door}`;
    const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) });
    const { Payload, FunctionError } = await lambda.send(command).catch((cause: unknown) => {
      throw failed(sayOf(cause, FunctionName, region), cause);
    });
    const text = Buffer.from(Payload ?? []).toString("utf8");
    if (FunctionError !== undefined) throw failed(`${FunctionName} failed: ${messageIn(text)}`);
    return JSON.parse(text);
  }

  return {
    read: (question) => invoke("OperatorRead", question),
    act: (action) => invoke("OperatorAct", action),
    compare: (question) => invoke(question.compare === "purchases" ? "OperatorAct" : "ErpWatch", question),
    watch: () => invoke("ErpWatch", {}),
    async proven() {
      const { Arn } = await new STSClient({ region }).send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
        throw failed(sayOf(cause, "GetCallerIdentity", region), cause);
      });
      return Arn;
    },
  };
}

function sayOf(cause: unknown, what: string, region: string): string {
  const { name = "", message = "" } = cause instanceof Error ? cause : {};
  if (name === "ResourceNotFoundException") return `there is no ${what} in ${region}: is the stage deployed there?`;
  if (name === "AccessDeniedException")
    return `these credentials may not invoke ${what}: it wants lambda:InvokeFunction`;
  if (name === "CredentialsProviderError") return "no AWS credentials were found: sign in first, or set AWS_PROFILE";
  return `${what}: ${message || name}`;
}

function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { errorMessage?: unknown }).errorMessage);
  } catch {
    return "no reason was given";
  }
}
