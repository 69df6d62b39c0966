/** The deployment as SST makes it: its graph is checked, its bundles are run, and mistakes in it are found. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { handlersOf, startBridge } from "../../../bridge/server.ts";
import { startWorkPoller } from "../../../bridge/work-poller.ts";
import { costOfMonth } from "../../../infra/cost.ts";
import { deploymentFrom } from "../../../infra/deployment.ts";
import { type FunctionSpec, functionsOf } from "../../../infra/functions.ts";
import { standingOf } from "../../../infra/standing.ts";
import { channelNames } from "../../../lib/channels/names.ts";
import type { ErpOverBridge } from "../../../lib/erp/bridge/client.ts";
import type { CasesAnswer, StatusAnswer, TraceAnswer } from "../../../lib/ops/questions.ts";
import type { Http } from "../../../lib/runtime/http.ts";
import { openTable } from "../../../lib/store/table.ts";
import { openFakeErp } from "../../../local/fake-erp.ts";
import { createTable } from "../../../local/tables.ts";
import { vector } from "../../channels/woocommerce-vectors.ts";
import { engineConfig } from "../../support/table.ts";
import { watchEndpoint } from "../../support/watch-endpoint.ts";
import { artifactOf, filesOf, ROOT } from "./artifacts.ts";
import { installedModels, MODELS_MISSING } from "./aws-models/models.ts";
import { validated } from "./aws-models/validate.ts";
import { standingIn } from "./bill.ts";
import { BUDGET, weigh } from "./bundles.ts";
import { type Graph, type Made, ofType, physicalName } from "./graph.ts";
import { guardedTable } from "./guarded-table.ts";
import { type Invoked, invoke } from "./invoke.ts";
import { statementsOf } from "./policies.ts";
import { rulesOf } from "./rules.ts";
import { BRIDGE_SECRETS, everything } from "./setup.ts";
import { sharedBy } from "./stages.ts";
import { isPlatformInstalled, synth } from "./synth.ts";

const all = rulesOf(everything("production"));
const specs = functionsOf(deploymentFrom(everything("production").environment, true));
const failing = (graph: Graph, rules = all) =>
  rules.filter(({ mistakes }) => mistakes(graph).length > 0).map(({ rule }) => rule);

const models = installedModels();
if (!models) console.warn(`skipped: ${MODELS_MISSING}`);
/** What AWS would refuse; nothing where no model says so. */
const refused = (graph: Graph) => (models ? validated(models, graph).violations : []);

if (!isPlatformInstalled) {
  console.warn(
    "skipped: the deployment is not executed, because SST's platform is not installed (npm run synth installs it)",
  );
}

describe.runIf(isPlatformInstalled)("the deployment", () => {
  const fakeErp = openFakeErp({ file: ":memory:", now: Date.now, random: () => 0.5 });
  const erp: ErpOverBridge = { ...fakeErp, read: async () => [] };
  let bridge: Awaited<ReturnType<typeof startBridge>>;
  let storage: Awaited<ReturnType<typeof startFauxqs>>;
  let graph: Graph;

  beforeAll(async () => {
    storage = await startFauxqs({ port: 0, logger: false });
    const failed = () => undefined;
    const options = { erp, secrets: BRIDGE_SECRETS, host: "127.0.0.1", port: 0, now: Date.now, failed };
    bridge = await startBridge(options);
    graph = await synth(everything("production", bridge.url));
    await createStorage(graph);
  });

  async function createStorage(from: Graph): Promise<void> {
    const { KOJARZ_TABLE = "", KOJARZ_BODIES = "" } = artifactOf(made("WebhookWoocommerce", from)).environment;
    storage.createBucket(KOJARZ_BODIES);
    const client = new DynamoDBClient(engineConfig());
    await createTable(client, KOJARZ_TABLE, { stream: false });
    client.destroy();
  }

  afterAll(async () => {
    await bridge.stop();
    await storage.stop();
    fakeErp.close();
  });

  const made = (id: string, from = graph): Made => {
    const found = ofType(from, "function").find(({ name }) => name === `${id}Function`);
    if (!found) throw new Error(`no function ${id}`);
    return found;
  };

  /** Runs a function with the rights of its role: anything else is refused and fails the test. */
  async function call(
    id: string,
    event: unknown,
    from = graph,
    others: Record<string, string> = {},
  ): Promise<Invoked & { used: Set<string> }> {
    const one = made(id, from);
    const role = ofType(from, "role").find((candidate) => String(one.inputs.role).endsWith(physicalName(candidate)));
    const table = await guardedTable(inject("engine"), () => (role ? statementsOf(role) : []));
    try {
      const endpoints = { AWS_ENDPOINT_URL_DYNAMODB: table.url, AWS_ENDPOINT_URL_S3: storage.address, ...others };
      const invoked = await invoke(artifactOf(one), event, endpoints);
      expect([...table.refused]).toEqual([]);
      return { ...invoked, used: table.used };
    } finally {
      table.stop();
    }
  }

  test.each(all.map(({ rule, mistakes }) => [rule, mistakes] as const))("%s", (_, mistakes) => {
    expect(mistakes(graph)).toEqual([]);
  });

  test.runIf(models)("AWS's API models refuse none of its requests", () => {
    expect(refused(graph)).toEqual([]);
  });

  test("costs a month what its description says, within a twentieth", () => {
    const described = standingOf(deploymentFrom(everything("production").environment, true), true);
    const counted = costOfMonth(standingIn(graph, described.ownMetrics));
    const said = costOfMonth(described);
    expect(Math.abs(counted.sum - said.sum)).toBeLessThan(said.sum / 20);
  });

  test("a deployment ends by saying what to confirm first, in the one output whose lines SST keeps in order", () => {
    expect(Object.keys(graph.told)).toEqual(["deployed"]);
    expect(String(graph.told.deployed).split("\n").at(-1)).toMatch(/^ +Confirm first: .*alarm@example\.com/);
  });

  describe("a bundle", () => {
    test("weighs no more than its budget, and brings no source map and no other language of the schemas", () => {
      for (const artifact of ofType(graph, "function").map(artifactOf)) {
        expect(weigh(artifact).startKib, artifact.id).toBeLessThanOrEqual(BUDGET.kibibytes);
        const files = filesOf(artifact.folder);
        expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
        const text = files.map((file) => readFileSync(join(artifact.folder, file), "utf8")).join("");
        expect(text).not.toContain("Ungültige Eingabe");
      }
    });

    test("holds its own channel, and no part that it was not given", () => {
      const partsIn = (one: Made) => {
        const { folder } = artifactOf(one);
        const text = filesOf(folder)
          .map((file) => readFileSync(join(folder, file), "latin1"))
          .join("");
        const named = channelNames.filter((name) => text.includes(`name:"${name}"`));
        return [...named, ...(text.includes("whsec_ and base64, unbroken") ? ["ERP"] : [])];
      };
      const given = ({ id, channel, secrets }: FunctionSpec) => [
        // A message of any channel may have to be read anew.
        ...(id === "OperatorAct" ? channelNames : channel ? [channel] : []),
        ...(secrets.includes("ErpAccess") ? ["ERP"] : []),
      ];
      for (const spec of specs) expect([spec.id, ...partsIn(made(spec.id))]).toEqual([spec.id, ...given(spec)]);
    });

    test.each(specs.filter(({ routes, channel }) => channel && routes.length > 0))(
      "$id knows its account and refuses what is not proven",
      async ({ id, channel }) => {
        const error = OTHER_REFUSALS[channel] ?? "bad-signature";
        expect((await call(id, strangersEvent("main"))).result).toMatchObject({ body: JSON.stringify({ error }) });
        expect((await call(id, strangersEvent("nobody"))).result).toMatchObject({ statusCode: 404 });
      },
    );

    test.each(specs.filter(({ id }) => id.startsWith("Poll")))("$id polls no account of another", async ({ id }) => {
      await expect(call(id, { account: "elsewhere:main" })).rejects.toThrow("elsewhere:main is not configured");
    });

    test("takes a recorded delivery, is told that it was stored, and tells why", async () => {
      const { result, lines, used } = await call("WebhookWoocommerce", webhookEvent("woo11-10"));
      expect(result).toMatchObject({ statusCode: 200, body: expect.stringContaining('"verdict":"new"') });
      expect(lines).toContainEqual(expect.objectContaining({ message: "verdict", account: "woocommerce:main" }));
      expect(lines).toContainEqual(
        expect.objectContaining({ account: "woocommerce:main", verdict: "new", Sightings: 1 }),
      );
      expect(used).toContain("dynamodb:PutItem");
    });

    test("keeps what nobody can use in the bucket, through the client that is loaded for it alone", async () => {
      const { event, body } = unusable();
      expect((await call("WebhookWoocommerce", event)).result).toMatchObject({ statusCode: 200 });
      expect(body.length).toBeGreaterThan(0);
    });

    test("takes no delivery of another channel", async () => {
      const event = webhookEvent("woo11-10");
      expect((await call("WebhookShopify", event)).result).toMatchObject({ statusCode: 401 });
    });

    test("sweeps what is due into the ERP behind the bridge, with the rights that its role grants", async () => {
      const { result, lines } = await call("Sweep", {});
      expect(result).toEqual({ delivered: 1 });
      expect(fakeErp.rows()).toHaveLength(1);
      expect(lines).toContainEqual(expect.objectContaining({ DeliveryTime: expect.any(Number) }));
    });

    test("delivers what the stream names, and tells which records failed: none", async () => {
      const { lines } = await call("WebhookWoocommerce", webhookEvent("woo11-15"));
      const order = lines.find(({ message }) => message === "verdict")?.order;
      const { result } = await call("ErpConnector", streamEvent(String(order)));
      expect(result).toEqual({ batchItemFailures: [] });
      expect(fakeErp.rows()).toHaveLength(2);
    });

    test("asks the ERP whether it answers, and walks through what others wrote there", async () => {
      const { result, lines } = await call("ErpWatch", {});
      expect(result).toMatchObject({ up: true, watched: { ran: true, ended: true } });
      expect(lines).toContainEqual(expect.objectContaining({ ErpUp: 1 }));
    });

    test("polls an account of its own, and refuses one that it cannot see", async () => {
      const { result } = await call("PollWoocommerce", { account: "woocommerce:main" });
      expect(result).toMatchObject({ ran: false });
      await expect(call("PollAllegro", { account: "woocommerce:main" })).rejects.toThrow();
    });

    test("tells what rings and what is open, with the rights that its role grants", async () => {
      const rings = { name: "kojarz-production-ErpDown", state: "ALARM", since: 0, text: "ERP" } as const;
      const aws = await watchEndpoint(() => [rings, { ...rings, name: "kojarz-other-ErpDown" }]);
      const { result, used } = await call("Reminder", {}, graph, aws.environment).finally(aws.stop);
      expect(result).toMatchObject({ alarms: 1, cases: 1, isTold: true });
      expect(aws.published[0]?.text).toContain("error-object: 1");
      expect(used).toEqual(new Set(["dynamodb:Query"]));
    });

    test("shows operators every account, the panel of each order and what waits, and changes nothing", async () => {
      const status = (await call("OperatorRead", { ask: "status" })).result as StatusAnswer;
      const listed = status.accounts.map(({ account }) => account);
      expect(new Set(listed)).toEqual(new Set(channelNames.map((name) => `${name}:main`)));
      const { result, used } = await call("OperatorRead", { ask: "cases" });
      const [held] = (result as CasesAnswer).cases;
      expect(held).toMatchObject({ reason: "error-object" });
      const traced = (await call("OperatorRead", { ask: "trace", of: fakeErp.rows()[0]?.number }))
        .result as TraceAnswer;
      expect(traced.orders[0]?.order.sources[0]?.panel).toMatch(/^https:\/\/sklep\.example\/wp-admin\//);
      expect(used).toEqual(new Set(["dynamodb:BatchGetItem", "dynamodb:Query"]));
      const page = (await call("OperatorRead", { widgetContext: { locale: "pl" } })).result;
      expect(page).toContain('endpoint="arn:aws:lambda:eu-central-1:000000000000:function:OperatorRead"');
    });

    test("reads a kept message anew with the channel that it loads for it, acts, and finds a person in the whole table", async () => {
      const by = "Ala";
      const { cases } = (await call("OperatorRead", { ask: "cases" })).result as CasesAnswer;
      const act = async (action: object) => (await call("OperatorAct", { ...action, by })).result;
      expect(await act({ do: "reprocess", case: cases[0]?.id })).toMatchObject({ reason: "still-unusable" });
      expect(await act({ do: "redrive", what: "feed", account: "allegro:main" })).toMatchObject({ answer: "done" });
      expect(await act({ do: "redrive", what: "backlog" })).toMatchObject({ answer: "done" });
      expect(await act({ do: "forget", email: "nobody@example.com" })).toMatchObject({ scan: { found: 0 } });
      expect(await act({ do: "dismiss", case: cases[0]?.id })).toMatchObject({ answer: "done", already: false });
    });

    test("counts what was meant for an address of the deployment apart from what scanners ask, and writes no path", async () => {
      const asked = (rawPath: string) => call("NearMiss", { rawPath, requestContext: { http: { method: "POST" } } });
      const near = await asked("/webhook/woocommerce/main/secret-of-a-shop");
      const strange = await asked("/wp-login.php");
      expect(near.result).toMatchObject({ statusCode: 404 });
      expect(near.lines).toContainEqual(expect.objectContaining({ refusal: "unknown-account", Refusals: 1 }));
      expect(strange.lines).toContainEqual(expect.objectContaining({ message: "stranger" }));
      expect(JSON.stringify([near.lines, strange.lines])).not.toMatch(/secret-of|wp-login/);
      expect([...near.used]).toEqual([]);
    });

    test("answers that it is well without any right", async () => {
      const { result, used } = await call("Health", {});
      expect(result).toMatchObject({ statusCode: 200 });
      expect([...used]).toEqual([]);
    });
  });

  describe("where the bridge fetches its work", () => {
    let pulling: Graph;
    beforeAll(async () => {
      pulling = await synth(everything("production", "pulls"));
      await createStorage(pulling);
    });

    test("every rule holds as well", () => {
      expect(failing(pulling, rulesOf(everything("production", "pulls")))).toEqual([]);
      expect(refused(pulling)).toEqual([]);
    });

    test("the bridge's function may read no order, and a right that would let it is found", async () => {
      const role = ofType(pulling, "role").find(({ name }) => name === "BridgeRole");
      const table = await guardedTable(inject("engine"), () => (role ? statementsOf(role) : []));
      const { KOJARZ_TABLE = "" } = artifactOf(made("Bridge", pulling)).environment;
      const { documents } = openTable(KOJARZ_TABLE, { ...engineConfig(), endpoint: table.url });
      const read = { TableName: KOJARZ_TABLE, Key: { pk: "O#1" }, ReturnValues: "ALL_NEW" } as const;
      await expect(documents.send(new UpdateCommand(read))).rejects.toThrow("denied");
      table.stop();
      const unbound = structuredClone(pulling);
      const wide = unbound.resources.find(({ name }) => name === "BridgeRole");
      if (wide) wide.inputs = { ...wide.inputs, inlinePolicies: withoutConditions(wide.inputs.inlinePolicies) };
      expect(failing(unbound)).toContainEqual(expect.stringMatching(/the bridge's function/));
    });

    test("the sweep puts it out, the bridge's function hands it out and takes it back, each with its own rights", async () => {
      const before = fakeErp.rows().length;
      await call("WebhookWoocommerce", webhookEvent("woo11-20"), pulling);
      const used = new Set<string>();
      /** The API in front of the function. */
      const http: Http = async (url, { headers = {}, body = "" } = {}) => {
        const operation = url.split("/").at(-1);
        const event = { version: "2.0", headers, pathParameters: { operation }, body, isBase64Encoded: false };
        const invoked = await call("Bridge", event, pulling);
        for (const action of invoked.used) used.add(action);
        const result = invoked.result as { statusCode: number; headers: Record<string, string>; body: string };
        return { status: result.statusCode, headers: new Headers(result.headers), text: result.body };
      };
      const failed = (operation: string) => expect.unreachable(`${operation} failed`);
      const io = { baseUrl: "https://api.example/bridge", secrets: BRIDGE_SECRETS, http, unique: randomUUID, failed };
      const pull = { ...io, atOnce: 2, handlers: handlersOf(erp, Date.now) };
      const bridgeAtWork = startWorkPoller(pull, (ms, signal) => wait(ms, undefined, { signal }), 50);
      const { result } = await call("Sweep", {}, pulling).finally(bridgeAtWork.stop);
      expect(result).toEqual({ delivered: 1 });
      expect(fakeErp.rows()).toHaveLength(before + 1);
      expect(used).toEqual(new Set(["dynamodb:Query", "dynamodb:UpdateItem"]));
    });
  });

  describe("another stage", () => {
    let other: Graph;
    beforeAll(async () => {
      other = await synth(everything("other"));
    });

    test("keeps every rule too, and leaves nothing behind", () => {
      expect(failing(other, rulesOf(everything("other")))).toEqual([]);
      expect(refused(other)).toEqual([]);
    });

    test("shares no metric, alarm, filter or dashboard: none can silence, ring or overwrite the other", () => {
      expect(sharedBy(graph, other)).toEqual([]);
      const ofOneNamespace = JSON.parse(JSON.stringify(other).replaceAll("Kojarz/other", "Kojarz/production")) as Graph;
      const shared = sharedBy(graph, ofOneNamespace);
      for (const name of ["ErpUp service=kojarz", "Received account=woocommerce:main", "TurnedAway"])
        expect(shared).toContainEqual(expect.stringContaining(`Kojarz/production ${name}`));
    });

    test("what publishes metrics does so into the namespace of its own stage", async () => {
      const { lines } = await call("ErpWatch", {}, graph);
      const namespaces = lines.flatMap(({ _aws }) =>
        ((_aws as { CloudWatchMetrics?: Array<{ Namespace: string }> } | undefined)?.CloudWatchMetrics ?? []).map(
          ({ Namespace }) => Namespace,
        ),
      );
      expect(new Set(namespaces)).toEqual(new Set(["Kojarz/production"]));
    });

    test("another region of the same stage has a dashboard of its own: dashboards are the account's", async () => {
      const { environment, ...setup } = everything("production");
      const abroad = await synth({ ...setup, environment: { ...environment, KOJARZ_REGION: "eu-west-1" } });
      expect(sharedBy(graph, abroad, false)).toEqual([]);
    });
  });

  test("an operator's settings for a stage are not mixed with the example's: they are named", async () => {
    const file = join(ROOT, ".env.synthtest");
    await writeFile(file, "KOJARZ_MEMORY_DAYS=30\n");
    const told = await synth(everything("synthtest"))
      .then(String, String)
      .finally(() => rm(file));
    expect(told).toContain(".env.synthtest");
  });

  describe("a mistake is found", () => {
    /** A copy of the graph with one resource changed. */
    const broken = (name: string, change: (inputs: Record<string, unknown>) => void): Graph => {
      const copy = structuredClone(graph);
      const target = copy.resources.find((one) => one.name === name);
      if (!target) throw new Error(`no ${name}`);
      change(target.inputs);
      return copy;
    };
    const with_ = (type: string, inputs: Record<string, unknown>, name = "Seeded"): Graph => ({
      ...graph,
      resources: [...graph.resources, { type, name, inputs }],
    });

    test.each([
      ["x86", () => broken("SweepFunction", (inputs) => Object.assign(inputs, { architectures: ["x86_64"] })), /arm64/],
      ["a role that the account may assume", () => broken("SweepRole", trustTheAccount), /only Lambda may assume/],
      ["a wide permission", () => broken("SweepRole", (inputs) => grant(inputs, "dynamodb:*")), /`\*` in an action/],
      [
        "a managed policy",
        () => broken("SweepRole", (i) => Object.assign(i, { managedPolicyArns: ["arn:x"] })),
        /managed/,
      ],
      [
        "somebody else's secret",
        () => ({ ...graph, linked: { ...graph.linked, Health: ["ErpAccess"] } }),
        /see its accounts/,
      ],
      [
        "a key to tokens that it has not",
        () => ({ ...graph, linked: { ...graph.linked, PollWoocommerce: ["VaultKey"] } }),
        /see its accounts/,
      ],
      ["a run that is lost", () => broken("SweepEventInvokeConfig", (i) => delete i.destinationConfig), /is kept/],
      [
        "a key that is not declared",
        () => broken("OrdersTable", (i) => Object.assign(i, { hashKey: "id" })),
        /every key/,
      ],
      [
        "a table without a stream",
        () => broken("OrdersTable", (i) => Object.assign(i, { streamEnabled: false })),
        /a stream/,
      ],
      [
        "a stream without a filter",
        () => broken(mappingName(), (i) => delete i.filterCriteria),
        /reaches the connector/,
      ],
      [
        "a connector that may not read the stream",
        () => broken("ErpConnectorRole", (inputs) => grant(inputs, "dynamodb:GetRecords")),
        /the table's streams/,
      ],
      [
        "a limit of a route that is not there yet",
        () => ({ ...graph, resources: graph.resources.map((one) => ({ ...one, after: [] })) }),
        /when the route is there/,
      ],
      ["an API without a throttle", () => broken("ApiStage", (i) => delete i.defaultRouteSettings), /throttled/],
      ["a secret path in a log", () => broken("ApiStage", logThePath), /the log of the API/],
      [
        "a schedule without dead letters",
        () => broken(scheduleName(), (i) => Object.assign(i, { target: {} })),
        /tried again/,
      ],
      ["a long name", () => broken("SweepFunction", (i) => Object.assign(i, { name: "x".repeat(65) })), /as short as/],
      [
        "a throttle that nothing counts",
        () => broken("TurnedAway", (i) => Object.assign(i, { logGroupName: "elsewhere" })),
        /every alarm watches/,
      ],
      [
        "an alarm on a missing function",
        () => broken("AlarmErpConnectorThrottles", watchNothing),
        /every alarm watches/,
      ],
      [
        "an alarm in one language",
        () => broken("AlarmSweepFull", (i) => Object.assign(i, { alarmDescription: "x" })),
        /Polish/,
      ],
      ["a graph without a region", () => broken("Dashboard", withoutRegions), /the dashboard/],
      [
        "a right on every bucket",
        () => broken("SweepRole", (i) => grant(i, "s3:PutObject", "arn:aws:s3:::*/*")),
        /not of this/,
      ],
      [
        "a right on every index",
        () => broken("SweepRole", (i) => grant(i, "dynamodb:Query", everyIndex())),
        /not of this/,
      ],
      [
        "a log that is another's",
        () => broken("SweepRole", (i) => grant(i, "logs:PutLogEvents", OTHER_LOGS)),
        /log groups/,
      ],
      [
        "a failure that may not be left in its queue",
        () => broken("SweepRole", (inputs) => grant(inputs, "dynamodb:GetItem")),
        /what fails may be left/,
      ],
      ["a production that can be removed", () => ({ ...graph, isProtected: false }), /production cannot be removed/],
      ["a table that goes with its configuration", () => withoutKept("OrdersTable"), /production cannot be removed/],
      ["an open bucket", () => broken("BodiesPublicAccessBlock", (i) => delete i.blockPublicPolicy), /every bucket/],
      ["bodies that are never forgotten", () => without("BodiesLifecycle"), /raw bodies/],
      [
        "a secret that is not given",
        () => ({ ...graph, linked: { ...graph.linked, Sweep: [] } }),
        /every function has/,
      ],
      [
        "a limit of concurrency that is lost",
        () => broken("SweepFunction", (i) => delete i.reservedConcurrentExecutions),
        /every function has/,
      ],
      ["routes that lead elsewhere", () => broken(integrationName(), leadToHealth), /every route/],
      ["an API that lets in more", () => broken("ApiStage", letMoreIn), /lets in/],
      ["a stream that is filtered otherwise", () => broken(mappingName(), filterOtherwise), /the stream wakes/],
      [
        "a schedule of another rhythm",
        () => broken(scheduleName(), (i) => Object.assign(i, { scheduleExpression: "rate(15 hours)" })),
        /every schedule runs/,
      ],
      [
        "an alarm that silence does not raise",
        () => broken("AlarmErpDown", (i) => Object.assign(i, { treatMissingData: "notBreaching" })),
        /every alarm compares/,
      ],
      ["an alarm that is not made", () => without("AlarmErpConnectorThrottles"), /every alarm compares/],
      ["alarms that reach nobody", () => without("AlertEmail"), /every alarm compares/],
      ["a metric that nobody publishes", () => broken("AlarmErpConnectorThrottles", misspell), /every alarm watches/],
      ["a sum that nobody publishes", () => broken("AlarmErpDown", sumOfVerdicts), /every alarm watches/],
      [
        "the lag of a function without a stream",
        () => broken("AlarmWebhookShopifyThrottles", lag),
        /every alarm watches/,
      ],
      [
        "a search that finds nothing",
        () => drawn((body) => body.replace('=\\"Sightings', '=\\"Sighting')),
        /every line/,
      ],
      ["a line of nobody", () => drawn((body) => body.replaceAll(physicalName(made("Sweep")), "nobody")), /every line/],
      ["a name that no line has", () => drawn((body) => body.replaceAll("FILL(wru,0)", "FILL(wcu,0)")), /every line/],
      [
        "a dashboard without dead letters",
        () => drawn((body) => body.replaceAll("ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent")),
        /of production shows/,
      ],
      [
        "an operator who looks and may change something",
        () => broken("OperatorReadRole", (i) => grant(i, "dynamodb:UpdateItem")),
        /who only looks/,
      ],
      [
        "operators' functions under a name that the command line does not know",
        () => broken("OperatorActFunction", (i) => Object.assign(i, { name: "kojarz-elsewhere-OperatorAct" })),
        /who only looks/,
      ],
      [
        "a widget that calls another function",
        () => drawn((body) => body.replaceAll(physicalName(made("OperatorAct")), physicalName(made("Health")))),
        /every custom widget/,
      ],
      [
        "a queue that nobody watches",
        () => with_("aws:sqs/queue:Queue", { name: "q", messageRetentionSeconds: 1_209_600 }),
        /is watched/,
      ],
    ])("%s", (_, graphWith, rule) => {
      expect(failing(graphWith())).toContainEqual(expect.stringMatching(rule));
    });

    const withoutKept = (name: string): Graph => ({
      ...graph,
      resources: graph.resources.map((one) => (one.name === name ? { ...one, isKept: false } : one)),
    });
    const without = (gone: string): Graph => ({
      ...graph,
      resources: graph.resources.filter(({ name }) => name !== gone),
    });
    const drawn = (change: (body: string) => string) =>
      broken("Dashboard", (inputs) => {
        const body = String(inputs.dashboardBody);
        inputs.dashboardBody = change(body);
        expect(inputs.dashboardBody).not.toBe(body);
      });
    const everyIndex = () =>
      `arn:aws:dynamodb:eu-central-1:1:table/${physicalName(ofType(graph, "table")[0] as Made)}/index/*`;
    const integrationName = () =>
      ofType(graph, "integration").find(({ inputs }) => String(inputs.integrationUri).includes("Webhook"))?.name ?? "";
    const leadToHealth = (inputs: Record<string, unknown>) => {
      inputs.integrationUri = `arn:aws:lambda:eu-central-1:123456789012:function:${physicalName(made("Health"))}`;
    };

    test("a queue that feeds a function too fast and for ever", () => {
      const queue = { name: "fast", visibilityTimeoutSeconds: 30, redrivePolicy: "{}" };
      const feeds = { eventSourceArn: "arn:aws:sqs:eu-central-1:1:fast", functionName: physicalName(made("Sweep")) };
      const seeded = with_("aws:sqs/queue:Queue", queue);
      seeded.resources.push({ type: "aws:lambda/eventSourceMapping:EventSourceMapping", name: "Feeds", inputs: feeds });
      const rule = all.find((check) => check.rule.startsWith("every queue that feeds"));
      expect(rule?.mistakes(seeded)).toEqual(["Seeded: is visible again before 660 s"]);
      expect(rule?.mistakes(with_("aws:sqs/queue:Queue", { ...queue, redrivePolicy: undefined }))).not.toEqual([]);
    });

    const mappingName = () => ofType(graph, "mapping")[0]?.name ?? "";
    const scheduleName = () => ofType(graph, "schedule")[0]?.name ?? "";

    test("in the operator's configuration: each is named on the screen, and nothing is made", async () => {
      const { environment, ...setup } = everything("production");
      const wrong = { ...environment, KOJARZ_ACCOUNTS: "woocomerce:main", KOJARZ_REGION: "Frankfurt" };
      const told = await synth({ ...setup, environment: wrong }).then(String, String);
      expect(told).toContain("KOJARZ_ACCOUNTS: woocomerce:main: the channels are woocommerce");
      expect(told).toContain("KOJARZ_REGION: a region of AWS");
    });

    test("in the account's quotas: a new one cannot reserve what the functions want, and is told so before anything is made", async () => {
      const told = await synth({ ...everything("production"), concurrency: 10 }).then(String, String);
      expect(told).toContain("KOJARZ_RESERVE_CONCURRENCY: the functions reserve");
      expect(told).toContain("this AWS account has 10");
    });

    test("in the operator's secrets: an account that another one names wrongly is told, and no value", async () => {
      const { secrets, ...setup } = everything("production");
      const { BaselinkerAccounts = "" } = secrets;
      const wrong = { ...secrets, BaselinkerAccounts: BaselinkerAccounts.replace(":main", ":mian") };
      const told = await synth({ ...setup, secrets: wrong }).then(String, String);
      expect(told).toContain("baselinker:main.sources.shop/101: woocommerce:mian is not configured");
      expect(told).not.toContain(BRIDGE_SECRETS[0]);
    });

    test("in the configuration itself: a wide right and an alarm on nothing are both named", async () => {
      const seeded = await seededSynth((text) =>
        text
          .replace("actions: [...actions]", 'actions: ["dynamodb:*"]')
          .replace("resources: [arns[on]]", 'resources: ["*"]')
          .replace(
            'ref.kind === "function") return names.functions[ref.id]',
            'ref.kind === "function") return "nobody"',
          ),
      );
      expect(failing(seeded)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/`\*` in an action/),
          expect.stringMatching(/every alarm watches/),
        ]),
      );
    });

    test("in the configuration itself: a table without a stream cannot feed the connector", async () => {
      const without = (text: string) => text.replace("{ ...tableSpec,", "{ ...tableSpec, stream: undefined,");
      await expect(seededSynth(without)).rejects.toThrow(/stream/i);
    });
  });
});

async function seededSynth(seed: (text: string) => string): Promise<Graph> {
  const text = readFileSync(join(ROOT, "sst.config.ts"), "utf8");
  const seeded = seed(text);
  expect(seeded).not.toBe(text);
  const file = join(ROOT, "sst.config.seeded.ts");
  await writeFile(file, seeded);
  try {
    return await synth(everything("production"), "sst.config.seeded.ts");
  } finally {
    await rm(file);
  }
}

function webhookEvent(prefix: string) {
  const { method, headers, body } = vector(prefix).delivery;
  return {
    version: "2.0",
    headers,
    requestContext: { http: { method } },
    pathParameters: { account: "main" },
    body: body.toString("base64"),
    isBase64Encoded: true,
  };
}

/** BaseLinker's secret is part of the address; the example's Magento sends no hints. */
const OTHER_REFUSALS: Readonly<Record<string, string>> = { baselinker: "unknown-account", magento: "no-hint-secret" };

function strangersEvent(account: string) {
  const pathParameters = { account, secretPath: "guessed" };
  const headers = { "content-type": "application/json" };
  return { version: "2.0", headers, requestContext: { http: { method: "POST" } }, pathParameters, body: "{}" };
}

function unusable() {
  return { event: webhookEvent("woo11-60"), body: vector("woo11-60").delivery.body };
}

function streamEvent(order: string) {
  const image = { state: { S: "pending" }, cancelRequested: { BOOL: false } };
  return {
    Records: [
      { eventName: "INSERT", dynamodb: { SequenceNumber: "1", Keys: { pk: { S: `O#${order}` } }, NewImage: image } },
    ],
  };
}

function withoutConditions(policies: unknown): unknown {
  return JSON.parse(JSON.stringify(policies).replaceAll("ForAllValues:StringLike", "ForAnyValue:StringLike"));
}

function trustTheAccount(inputs: Record<string, unknown>): void {
  const Statement = [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::1:root" } }];
  inputs.assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement });
}

const OTHER_LOGS = "arn:aws:logs:eu-central-1:1:log-group:/aws/lambda/kojarz-production-*";

function grant(inputs: Record<string, unknown>, action: string, on = "arn:aws:dynamodb:eu-central-1:1:table/t"): void {
  const Statement = [{ Effect: "Allow", Action: [action], Resource: [on] }];
  inputs.inlinePolicies = [{ name: "inline", policy: JSON.stringify({ Version: "2012-10-17", Statement }) }];
}

function logThePath(inputs: Record<string, unknown>): void {
  const settings = inputs.accessLogSettings as { destinationArn: string };
  inputs.accessLogSettings = { ...settings, format: '{"path":"$context.path"}' };
}

function letMoreIn(inputs: Record<string, unknown>): void {
  inputs.routeSettings = [{ routeKey: "$default", throttlingRateLimit: 5_000, throttlingBurstLimit: 10_000 }];
}

function filterOtherwise(inputs: Record<string, unknown>): void {
  inputs.filterCriteria = JSON.parse(JSON.stringify(inputs.filterCriteria).replace("pending", "pendin"));
}

function misspell(inputs: Record<string, unknown>): void {
  inputs.metricName = "Throttle";
}

function sumOfVerdicts(inputs: Record<string, unknown>): void {
  inputs.metricName = "Sightings";
}

function lag(inputs: Record<string, unknown>): void {
  inputs.metricName = "IteratorAge";
}

function watchNothing(inputs: Record<string, unknown>): void {
  inputs.dimensions = { FunctionName: "kojarz-nobody" };
}

function withoutRegions(inputs: Record<string, unknown>): void {
  inputs.dashboardBody = String(inputs.dashboardBody).replaceAll('"region":"eu-central-1",', "");
}
