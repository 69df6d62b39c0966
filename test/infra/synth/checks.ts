/** What must hold for every deployment, whatever is configured. */

import { accountsSecret, CONNECTOR, OPERATOR_ACT } from "../../../infra/functions.ts";
import { channels } from "../../../lib/channels/index.ts";
import { type Graph, type Made, ofType, physicalName } from "./graph.ts";
import { asList, type Check, differences, each, environmentOf, found, type Values } from "./judging.ts";
import { allowed, principalsOf, statementsOf } from "./policies.ts";

const functionsAndTheirRoles: Check[] = [
  {
    rule: "every function runs nodejs24.x on arm64 with JSON logs and a log group that ends",
    mistakes: (graph) =>
      each(ofType(graph, "function"), ({ inputs }) => {
        const group = (inputs.loggingConfig as Values).logGroup;
        const ends = ofType(graph, "logGroup").some((one) => one.inputs.name === group && one.inputs.retentionInDays);
        const format = (inputs.loggingConfig as Values).logFormat;
        return (
          differences(inputs, { runtime: "nodejs24.x", architectures: ["arm64"] }) ??
          (format === "JSON" ? undefined : `logs as ${format}`) ??
          (ends ? undefined : "its log group is not there, or never ends")
        );
      }),
  },
  {
    rule: "every function has a role of its own, which only Lambda may assume",
    mistakes: (graph) => {
      const roles = ofType(graph, "function").map(({ inputs }) => inputs.role);
      const shared = roles.filter((role, index) => roles.indexOf(role) !== index);
      return [
        ...shared.map((role) => `${role} is shared`),
        ...each(ofType(graph, "role"), (role) => {
          const schedule = role.name.endsWith("ScheduleRole");
          const wanted = schedule ? "scheduler.amazonaws.com" : "lambda.amazonaws.com";
          const trusted = principalsOf(role.inputs.assumeRolePolicy);
          return trusted.join() === `Service:${wanted}` ? undefined : `trusts ${trusted.join(", ")}`;
        }),
      ];
    },
  },
  {
    rule: "only the functions of a channel and the one that acts for operators see its accounts, only those with tokens the key to them, only the ERP's its access",
    mistakes: (graph) => [
      ...channels.flatMap(({ name }) =>
        seers(graph, accountsSecret(name))
          .filter((one) => environmentOf(one).KOJARZ_CHANNEL !== name && one.name !== `${OPERATOR_ACT}Function`)
          .map((one) => `${one.name} sees ${accountsSecret(name)}`),
      ),
      ...seers(graph, "VaultKey")
        .filter(
          (one) => !channels.some(({ name, usesVault }) => usesVault && environmentOf(one).KOJARZ_CHANNEL === name),
        )
        .map(({ name }) => `${name} sees VaultKey`),
      ...seers(graph, "ErpAccess")
        .filter(({ name }) => !/^(ErpConnector|Sweep|ErpWatch|Bridge|OperatorAct)Function$/.test(name))
        .map(({ name }) => `${name} sees ErpAccess`),
    ],
  },
  {
    rule: "every asynchronous run that fails is kept: a retry, an end, a queue",
    mistakes: (graph) => {
      const configs = ofType(graph, "invokeConfig");
      const run = new Set(ofType(graph, "schedule").map(({ inputs }) => String((inputs.target as Values).arn)));
      return each(
        ofType(graph, "function").filter((one) => [...run].some((arn) => arn.endsWith(physicalName(one)))),
        (one) => {
          const config = configs.find(({ inputs }) => inputs.functionName === physicalName(one));
          const queue = (config?.inputs.destinationConfig as { onFailure?: { destination?: string } } | undefined)
            ?.onFailure;
          return config?.inputs.maximumEventAgeInSeconds && found(graph, "queue", queue?.destination)
            ? undefined
            : "is lost";
        },
      );
    },
  },
];

/** SST encrypts what is linked into each bundle; what it linked stands in the graph's links. */
function seers(graph: Graph, secret: string): Made[] {
  return ofType(graph, "function").filter((one) => graph.linked[one.name.replace(/Function$/, "")]?.includes(secret));
}

const KEYS = ["hashKey", "rangeKey"] as const;

const STREAM_ACTIONS = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map(
  (action) => `dynamodb:${action}`,
);

/** What SST makes a bucket refuse. */
const CLOSED = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const storage: Check[] = [
  {
    rule: "production cannot be removed, and its table and bodies stay even then; other stages leave nothing",
    mistakes: (graph) => {
      const production = graph.stage === "production";
      return [
        ...(graph.isProtected === production ? [] : [`is ${production ? "not " : ""}protected`]),
        ...each([...ofType(graph, "table"), ...ofType(graph, "bucket")], ({ isKept = false }) =>
          isKept === production ? undefined : `is ${production ? "not " : ""}kept`,
        ),
      ];
    },
  },
  {
    rule: "every bucket is closed to the public, and every log ends",
    mistakes: (graph) => [
      ...each(ofType(graph, "bucket"), ({ inputs: { bucket } }) =>
        ofType(graph, "publicAccess").some(
          ({ inputs }) => inputs.bucket === bucket && CLOSED.every((way) => inputs[way] === true),
        )
          ? undefined
          : "is open",
      ),
      ...each(ofType(graph, "logGroup"), ({ inputs }) => (inputs.retentionInDays ? undefined : "never ends")),
    ],
  },
  {
    rule: "the table declares every key attribute and no other",
    mistakes: (graph) =>
      each(ofType(graph, "table"), ({ inputs }) => {
        const indexes = [
          inputs,
          ...asList<Values>(inputs.globalSecondaryIndexes),
          ...asList<Values>(inputs.localSecondaryIndexes),
        ];
        const used = new Set(
          indexes.flatMap((index) => KEYS.flatMap((key) => (index[key] ? [String(index[key])] : []))),
        );
        const declared = asList<{ name: string }>(inputs.attributes).map(({ name }) => name);
        const wrong = [...used].filter((name) => !declared.includes(name)).map((name) => `${name} is not declared`);
        const idle = declared.filter((name) => !used.has(name)).map((name) => `${name} is no key`);
        return wrong.length + idle.length > 0 ? [...wrong, ...idle].join(", ") : undefined;
      }),
  },
  {
    rule: "the table has TTL, a stream of new images alone, point-in-time recovery, and in production a lock against deletion",
    mistakes: (graph) =>
      each(ofType(graph, "table"), ({ inputs }) =>
        differences(inputs, {
          ttl: { attributeName: "ttl", enabled: true },
          streamEnabled: true,
          streamViewType: "NEW_IMAGE",
          pointInTimeRecovery: { enabled: true },
          billingMode: "PAY_PER_REQUEST",
          deletionProtectionEnabled: graph.stage === "production",
        }),
      ),
  },
  {
    rule: "the stream reaches the connector: filtered, partial answers, bisected, tried and kept for a while, then queued",
    mistakes: (graph) => {
      const mappings = ofType(graph, "mapping").filter(({ inputs }) =>
        String(inputs.eventSourceArn).includes("/stream/"),
      );
      if (mappings.length !== 1) return [`${mappings.length} subscribers`];
      return each(mappings, ({ inputs }) => {
        const destination = inputs.destinationConfig as { onFailure?: { destinationArn?: string } } | undefined;
        const queue = destination?.onFailure?.destinationArn;
        if (!String(inputs.functionName).includes(`-${CONNECTOR}Function-`)) return `runs ${inputs.functionName}`;
        if (asList((inputs.filterCriteria as Values | undefined)?.filters).length === 0)
          return "wakes for every change";
        if (!found(graph, "queue", queue)) return "has no failure queue";
        const wanted = { functionResponseTypes: ["ReportBatchItemFailures"], bisectBatchOnFunctionError: true };
        const limits = { maximumRetryAttempts: 3, maximumRecordAgeInSeconds: 3600, startingPosition: "TRIM_HORIZON" };
        return differences(inputs, { ...wanted, ...limits });
      });
    },
  },
  {
    rule: "the connector may read the table's streams in all the ways that AWS asks for",
    mistakes: (graph) => {
      const streams = ofType(graph, "table").map((table) => `${physicalName(table)}/stream/*`);
      const may = ofType(graph, "role")
        .filter(({ name }) => name === `${CONNECTOR}Role`)
        .flatMap(statementsOf)
        .filter((one) => allowed(one) && one.Resource.some((arn) => streams.some((stream) => arn.endsWith(stream))))
        .flatMap(({ Action }) => Action);
      return STREAM_ACTIONS.filter((action) => !may.includes(action)).map((action) => `it may not ${action}`);
    },
  },
  {
    rule: "every queue that feeds a function has a redrive and stays invisible for 6 of its timeouts; every other is a failure queue",
    mistakes: (graph) =>
      each(ofType(graph, "queue"), (queue) => {
        const mapping = ofType(graph, "mapping").find(({ inputs }) =>
          String(inputs.eventSourceArn).endsWith(`:${physicalName(queue)}`),
        );
        if (!mapping)
          return Number(queue.inputs.messageRetentionSeconds) >= 1_209_600 ? undefined : "forgets before 14 days";
        if (!queue.inputs.redrivePolicy) return "has no redrive";
        const consumer = ofType(graph, "function").find((one) =>
          String(mapping.inputs.functionName).endsWith(physicalName(one)),
        );
        const needed = 6 * Number(consumer?.inputs.timeout ?? Number.POSITIVE_INFINITY);
        return Number(queue.inputs.visibilityTimeoutSeconds) >= needed
          ? undefined
          : `is visible again before ${needed} s`;
      }),
  },
];

const outside: Check[] = [
  {
    rule: "the API is throttled, logged, and open to no browser of another site",
    mistakes: (graph) => [
      ...each(ofType(graph, "stage"), ({ inputs }) => {
        const { throttlingRateLimit = 0, throttlingBurstLimit = 0 } = (inputs.defaultRouteSettings ?? {}) as Values;
        if (!(Number(throttlingRateLimit) > 0 && Number(throttlingBurstLimit) > 0)) return "is not throttled";
        return (inputs.accessLogSettings as Values | undefined)?.destinationArn ? undefined : "is not logged";
      }),
      ...each(ofType(graph, "api"), ({ inputs }) =>
        Object.keys((inputs.corsConfiguration ?? {}) as Values).length > 0 ? "allows other sites" : undefined,
      ),
    ],
  },
  {
    // "Unable to find Route by key … within the provided RouteSettings": AWS's own answer, in no model of it.
    rule: "the limits of a route are set when the route is there",
    mistakes: (graph) =>
      ofType(graph, "stage").flatMap(({ inputs, after = [] }) =>
        asList<{ routeKey: string }>(inputs.routeSettings).flatMap(({ routeKey }) => {
          const route = ofType(graph, "route").find((one) => one.inputs.routeKey === routeKey);
          return route && after.some((urn) => urn.endsWith(`::${route.name}`)) ? [] : [`${routeKey} comes later`];
        }),
      ),
  },
  {
    rule: "the log of the API holds neither the path, where some platforms put a secret, nor who sent",
    mistakes: (graph) =>
      each(ofType(graph, "stage"), ({ inputs }) => {
        const format = String((inputs.accessLogSettings as Values | undefined)?.format);
        const told = /\$context\.(path|identity\.\w+)\b/.exec(format);
        return told ? `writes ${told[0]}` : undefined;
      }),
  },
  {
    rule: "every channel with a webhook has its routes, and each route one function",
    mistakes: (graph) => {
      const keys = ofType(graph, "route").map(({ inputs }) => String(inputs.routeKey));
      const wanted = channels.filter(({ receive }) => receive).map(({ name }) => `ANY /webhooks/${name}/{account}`);
      return [
        ...wanted.filter((key) => !keys.includes(key)).map((key) => `${key} is missing`),
        ...keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} is there twice`),
      ];
    },
  },
  {
    rule: "every schedule is tried again and then kept",
    mistakes: (graph) =>
      each(ofType(graph, "schedule"), ({ inputs }) => {
        const { retryPolicy, deadLetterConfig } = inputs.target as { retryPolicy?: Values; deadLetterConfig?: Values };
        if (!(Number(retryPolicy?.maximumRetryAttempts) > 0)) return "is not tried again";
        return found(graph, "queue", deadLetterConfig?.arn) ? undefined : "has no dead letter queue";
      }),
  },
];

export const checks: readonly Check[] = [...functionsAndTheirRoles, ...storage, ...outside];
