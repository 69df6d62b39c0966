/** That `sst.config.ts` makes what `infra` describes, and hands each number and name on to where it belongs. */
import { accessLogFormat, apiFilters, type Counted, failedRuns } from "../../../infra/access-log.ts";
import { type AlarmSpec, alarmsOf, OURS, type Source } from "../../../infra/alarms.ts";
import type { Deployment } from "../../../infra/deployment.ts";
import {
  environmentOf as bundledWith,
  type FunctionSpec,
  functionsOf,
  SCHEDULE_RETRIES,
  type ScheduleSpec,
  schedulesOf,
  throttlesOf,
} from "../../../infra/functions.ts";
import { streamFilters, streamOptions } from "../../../infra/storage.ts";
import { namespaceOf } from "../../../lib/runtime/namespace.ts";
import { type Graph, type Made, ofType } from "./graph.ts";
import { type Check, differences, environmentOf, found, type Values } from "./judging.ts";
import { type Statement, statementsOf } from "./policies.ts";

/** Judges the resource of each description, where there is one. */
function made<T>(
  graph: Graph,
  type: Parameters<typeof ofType>[1],
  specs: readonly T[],
  nameOf: (spec: T) => string,
  judge: (spec: T, made: Made) => string | undefined,
): string[] {
  const all = ofType(graph, type);
  const names = specs.map(nameOf);
  return [
    ...all.filter(({ name }) => !names.includes(name)).map(({ name }) => `${name}: nobody describes it`),
    ...specs.flatMap((spec, index) => {
      const one = all.find(({ name }) => name === names[index]);
      const mistake = one ? judge(spec, one) : "is not made";
      return mistake === undefined ? [] : [`${names[index]}: ${mistake}`];
    }),
  ];
}

function functionMistake({ linked }: Graph, reserves: boolean, spec: FunctionSpec, one: Made): string | undefined {
  const { memoryMb: memorySize, timeoutSeconds: timeout } = spec;
  const reservedConcurrentExecutions = reserves ? spec.reserved : undefined;
  const sees = linked[spec.id]?.toSorted().join();
  return (
    differences(one.inputs, { memorySize, timeout, reservedConcurrentExecutions }) ??
    differences(environmentOf(one), bundledWith(spec)) ??
    (sees === spec.secrets.toSorted().join() ? undefined : `sees ${sees}`)
  );
}

function alarmMistake(stage: string, spec: AlarmSpec, { inputs }: Made): string | undefined {
  const { periodSeconds: period, statistic, expression, second } = spec;
  const queries = (inputs.metricQueries ?? []) as Array<{ metric?: Values; expression?: string }>;
  const compared = queries.flatMap(({ metric }) => (metric ? [{ ...metric, statistic: metric.stat }] : []));
  const sources = [spec, ...(second ? [second] : [])];
  const wrong = sources.map(({ metricName, namespace }: Source, index) =>
    differences(queries.length > 0 ? compared[index] : inputs, {
      metricName,
      namespace: namespace === OURS ? namespaceOf(stage) : namespace,
      period,
      statistic,
    }),
  );
  const result = queries.find((one) => one.expression !== undefined);
  const given = { ...inputs, expression: result?.expression, tellsTheEnd: (inputs.okActions as unknown[]).length > 0 };
  return (
    wrong.find((mistake) => mistake !== undefined) ??
    differences(given, {
      threshold: spec.threshold,
      evaluationPeriods: spec.periods,
      datapointsToAlarm: spec.datapoints,
      comparisonOperator: spec.comparison,
      treatMissingData: spec.silence,
      alarmDescription: spec.description,
      expression,
      tellsTheEnd: !spec.event,
    })
  );
}

function scheduleMistake(graph: Graph, spec: ScheduleSpec, { inputs }: Made): string | undefined {
  const { arn, input, retryPolicy } = inputs.target as Values;
  const runs = found(graph, "function", arn)?.name;
  const { minutes, event, at } = spec;
  const rhythm = at ? `cron(0 ${at.hour} * * ? *)` : `rate(${minutes} minute${minutes === 1 ? "" : "s"})`;
  return (
    differences(inputs, { scheduleExpression: rhythm, scheduleExpressionTimezone: at?.zone }) ??
    differences({ runs, input }, { runs: `${spec.run}Function`, input: JSON.stringify(event) }) ??
    differences(retryPolicy as Values | undefined, { maximumRetryAttempts: SCHEDULE_RETRIES.scheduler })
  );
}

const isOnTable = ({ Resource }: Statement) => Resource.some((arn) => /:table\/[^/]+$/.test(arn));

/** Actions, and how the keys begin that they are for; null: all. */
function boundTo({ Action, Condition }: Statement) {
  const keys = Condition["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"];
  return [Action.toSorted(), keys?.toSorted() ?? null];
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** The function behind a route, which the API may run. */
function behind(graph: Graph, route: string): string {
  const { target } = ofType(graph, "route").find(({ inputs }) => inputs.routeKey === route)?.inputs ?? {};
  const integration = ofType(graph, "integration").find(({ name }) => target === `integrations/${name}-id`);
  const uri = integration?.inputs.integrationUri;
  const allowed = ofType(graph, "permission").some(
    ({ inputs }) => inputs.function === uri && inputs.principal === "apigateway.amazonaws.com",
  );
  return allowed ? String(found(graph, "function", uri)?.name) : "nothing";
}

export function wiringOf(deployment: Deployment): Check[] {
  const { accounts, alertEmail, settings, reserveConcurrency } = deployment;
  const specs = functionsOf(deployment);
  const schedules = schedulesOf({ accounts });
  const filters: Array<Counted & { id: string }> = [
    ...Object.entries(apiFilters).map(([id, filter]) => ({ id, ...filter })),
    ...specs.map(({ id }) => ({ id: `${id}FailedRuns`, ...failedRuns })),
  ];
  return [
    {
      rule: "every function has the memory, time, limit, secrets and channel that are described",
      mistakes: (graph) =>
        made(
          graph,
          "function",
          specs,
          ({ id }) => `${id}Function`,
          (spec, one) => functionMistake(graph, reserveConcurrency, spec, one),
        ),
    },
    {
      rule: "every right on the table is bound to the keys that are described",
      mistakes: (graph) =>
        specs.flatMap(({ id, grants }) => {
          const role = ofType(graph, "role").find(({ name }) => name === `${id}Role`);
          const given = role ? statementsOf(role).filter(isOnTable).map(boundTo) : [];
          const wanted = grants.flatMap(({ on, actions, keysFrom }) =>
            on === "table" ? [[actions.toSorted(), keysFrom?.map((key) => `${key}*`).toSorted() ?? null]] : [],
          );
          const [is, shouldBe] = [given, wanted].map((list) => JSON.stringify(list.toSorted(byText)));
          return is === shouldBe ? [] : [`${id}: ${is}`];
        }),
    },
    {
      rule: "every route leads to its function",
      mistakes: (graph) => {
        const wanted = specs.flatMap(({ id, routes }) => routes.map((route) => [route, `${id}Function`] as const));
        const routes = wanted.map(([route]) => route);
        return [
          ...ofType(graph, "route").flatMap(({ inputs: { routeKey } }) =>
            routes.includes(String(routeKey)) ? [] : [`${routeKey}: nobody describes it`],
          ),
          ...wanted.flatMap(([route, id]) =>
            behind(graph, route) === id ? [] : [`${route}: leads to ${behind(graph, route)}`],
          ),
        ];
      },
    },
    {
      rule: "the API lets in and writes down what is described",
      mistakes: (graph) => {
        const routeSettings = throttlesOf(specs, deployment.requestsPerSecond).map(({ route, perSecond, burst }) => ({
          routeKey: route,
          throttlingBurstLimit: burst,
          throttlingRateLimit: perSecond,
        }));
        return [
          ...made(
            graph,
            "stage",
            [routeSettings],
            () => "ApiStage",
            (_, { inputs }) =>
              differences(inputs, { routeSettings }) ??
              differences(inputs.accessLogSettings as Values | undefined, { format: accessLogFormat }),
          ),
          ...made(
            graph,
            "metricFilter",
            filters,
            ({ id }) => id,
            ({ pattern, name }, { inputs }) =>
              differences(inputs, { pattern }) ??
              differences(inputs.metricTransformation as Values, {
                name,
                namespace: namespaceOf(graph.stage),
                value: "1",
              }),
          ),
        ];
      },
    },
    {
      rule: "the stream wakes the connector for what is described",
      mistakes: (graph) => {
        const filters = streamFilters.map((pattern) => ({ pattern: JSON.stringify(pattern) }));
        return ofType(graph, "mapping").flatMap(
          ({ inputs }) =>
            differences(inputs, { ...streamOptions }) ??
            differences(inputs.filterCriteria as Values | undefined, { filters }) ??
            [],
        );
      },
    },
    {
      rule: "every schedule runs its function with its event, as often as is described",
      mistakes: (graph) => [
        ...made(
          graph,
          "schedule",
          schedules,
          ({ id }) => `${id}Schedule`,
          (spec, one) => scheduleMistake(graph, spec, one),
        ),
        ...made(
          graph,
          "invokeConfig",
          [...new Set(schedules.map(({ run }) => run))],
          (id) => `${id}EventInvokeConfig`,
          (_, { inputs }) =>
            differences(inputs, {
              maximumRetryAttempts: SCHEDULE_RETRIES.run,
              maximumEventAgeInSeconds: SCHEDULE_RETRIES.longestWaitSeconds,
            }),
        ),
      ],
    },
    {
      rule: "every alarm compares as is described, and reaches whoever is to hear it",
      mistakes: (graph) => [
        ...made(
          graph,
          "alarm",
          alarmsOf(specs, accounts),
          ({ id }) => `Alarm${id}`,
          (spec, one) => alarmMistake(graph.stage, spec, one),
        ),
        ...made(
          graph,
          "subscription",
          alertEmail === undefined ? [] : [alertEmail],
          () => "AlertEmail",
          (endpoint, { inputs }) => differences(inputs, { endpoint, protocol: "email" }),
        ),
      ],
    },
    {
      rule: "raw bodies are forgotten when an open case has to be",
      mistakes: (graph) =>
        made(
          graph,
          "lifecycle",
          [Math.ceil(settings.caseDays)],
          () => "BodiesLifecycle",
          (days, { inputs }) =>
            differences((inputs.rules as Values[])[0], {
              expiration: { days },
              status: "Enabled",
              // S3 refuses a rule that does not say what it is for.
              filter: { prefix: "" },
            }),
        ),
    },
  ];
}
