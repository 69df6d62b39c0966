/// <reference path="./.sst/platform/config.d.ts" />
import type { Counted } from "./infra/access-log.ts";
import type { Source } from "./infra/alarms.ts";

/** Only wires: what is deployed, with which rights and why, is data in `infra`. */
export default $config({
  // SST shows nothing of an error that is thrown here: every mistake is named by `run`, before anything is made.
  async app({ stage }) {
    const { DEFAULT_REGION } = await import("./infra/deployment.ts");
    const production = stage === "production";
    return {
      name: "kojarz",
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { region: (process.env.KOJARZ_REGION || DEFAULT_REGION) as aws.Region } },
    };
  },

  async run() {
    const { checkedStage, deploymentFrom } = await import("./infra/deployment.ts");
    const {
      addressesOf,
      conditionsOf,
      environmentOf,
      functionsOf,
      polledOf,
      rhythmOf,
      schedulesOf,
      SCHEDULE_RETRIES,
      throttlesOf,
      CONNECTOR,
      NEAR_MISS,
      OPERATOR_READ,
      OPERATOR_ACT,
    } = await import("./infra/functions.ts");
    const { checkQuotas, concurrencyLimit } = await import("./infra/quotas.ts");
    const { checkSecrets, secretNamesOf } = await import("./infra/secrets.ts");
    const { tableSpec, streamFilters, streamOptions, queueOptions } = await import("./infra/storage.ts");
    const { accessLogFormat, apiFilters, failedRuns } = await import("./infra/access-log.ts");
    const { alarmsOf, OURS } = await import("./infra/alarms.ts");
    const { lastLines } = await import("./infra/last-lines.ts");
    const { dashboard } = await import("./infra/dashboard.ts");
    const { namespaceOf } = await import("./lib/runtime/namespace.ts");
    const { production } = checkedStage($app.stage);
    const deployment = deploymentFrom(process.env, production);
    checkQuotas(deployment, await concurrencyLimit(deployment.region));
    const book = JSON.stringify(await checkSecrets(deployment, process.env));
    const { accounts, region, settings, logRetention, domain, alertEmail, reserveConcurrency, requestsPerSecond } =
      deployment;
    const specs = functionsOf(deployment);
    const bundledWith = (spec: (typeof specs)[number]) => ({
      ...environmentOf(spec),
      // Lambda's environment holds 4 KB, and settings may be longer: they travel in the bundle of whoever reads them.
      ...(spec.grants.length > 0 && { KOJARZ_SETTINGS: JSON.stringify(settings) }),
      ...(spec.channel !== "" && { KOJARZ_POLLED: polledOf(accounts, spec.channel) }),
      ...(spec.isForOperators && { KOJARZ_BOOK: book }),
      ...(spec.id === NEAR_MISS && { KOJARZ_ADDRESSES: addressesOf(accounts) }),
    });
    const schedules = schedulesOf({ accounts });
    const ourNamespace = namespaceOf($app.stage);
    const named = (id: string) => `${$app.name}-${$app.stage}-${id}`;

    const table = new sst.aws.Dynamo("Orders", { ...tableSpec, deletionProtection: production });
    const bodies = new sst.aws.Bucket("Bodies", {
      cors: false,
      lifecycle: [{ id: "forget", expiresIn: `${Math.ceil(settings.caseDays)} days` }],
      transform: {
        // S3 wants each rule to say what it is for; SST leaves a rule for everything without a word.
        lifecycle: (args) => {
          args.rules = $output(args.rules ?? []).apply((rules) =>
            rules.map((rule) => ({ ...rule, filter: { prefix: "" } })),
          );
        },
      },
    });
    const queue = (id: string) => new sst.aws.Queue(id, { transform: { queue: queueOptions } });
    const queues = { StreamFailures: queue("StreamFailures"), ScheduleFailures: queue("ScheduleFailures") };
    const alerts = new sst.aws.SnsTopic("Alerts");
    if (alertEmail !== undefined)
      new aws.sns.TopicSubscription("AlertEmail", { topic: alerts.arn, protocol: "email", endpoint: alertEmail });
    const { accountId } = aws.getCallerIdentityOutput();
    const arns = {
      table: table.arn,
      "due-index": $interpolate`${table.arn}/index/${Object.keys(tableSpec.globalIndexes)[0]}`,
      "find-index": $interpolate`${table.arn}/index/${Object.keys(tableSpec.globalIndexes)[1]}`,
      // Listing streams is a right on all streams of a table; a table that is restored has a new one.
      stream: $interpolate`${table.arn}/stream/*`,
      bodies: $interpolate`${bodies.arn}/*`,
      "stream-failures": queues.StreamFailures.arn,
      "schedule-failures": queues.ScheduleFailures.arn,
      alerts: alerts.arn,
      alarms: $interpolate`arn:aws:cloudwatch:${region}:${accountId}:alarm:*`,
    };
    const secrets = new Map(secretNamesOf(deployment).map((name) => [name, new sst.Secret(name)]));

    // Instead of AWS's managed policy, which lets a function write into any log group.
    const logGroup = ({ id, isForOperators }: (typeof specs)[number]) =>
      $interpolate`arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/${named(id)}${isForOperators ? "" : "Function-*"}`;
    // SST lets the whole AWS account assume every role; only its live development needs that.
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
    };
    const afterwards = {
      maximumRetryAttempts: SCHEDULE_RETRIES.run,
      maximumEventAgeInSeconds: SCHEDULE_RETRIES.longestWaitSeconds,
      destinationConfig: { onFailure: { destination: queues.ScheduleFailures.arn } },
    };
    const build = (spec: (typeof specs)[number]) =>
      new sst.aws.Function(spec.id, {
        handler: spec.handler,
        ...(spec.isForOperators && { name: named(spec.id) }),
        runtime: "nodejs24.x",
        architecture: "arm64",
        memory: `${spec.memoryMb} MB`,
        timeout: `${spec.timeoutSeconds} seconds`,
        logging: { format: "json", retention: logRetention },
        nodejs: {
          minify: true,
          splitting: true,
          esbuild: {
            keepNames: false,
            sourcemap: false,
            // Lambda brings these clients along; ours would share code with the client for DynamoDB and slow every start.
            external: [
              "@aws-sdk/client-cloudwatch",
              "@aws-sdk/client-s3",
              "@aws-sdk/client-sns",
              "@aws-sdk/client-sqs",
            ],
            define: Object.fromEntries(
              Object.entries(bundledWith(spec)).map(([name, told]) => [`process.env.${name}`, JSON.stringify(told)]),
            ),
          },
        },
        environment: {
          ...environmentOf(spec),
          KOJARZ_TABLE: table.name,
          ...(spec.grants.some(({ on }) => on === "bodies") && { KOJARZ_BODIES: bodies.name }),
          ...(spec.isForOperators &&
            spec.grants.some(({ on }) => on === "stream-failures") && {
              KOJARZ_QUEUES: $interpolate`${queues.StreamFailures.url} ${queues.ScheduleFailures.url}`,
            }),
          ...(spec.grants.some(({ on }) => on === "alerts") && { KOJARZ_ALERTS: alerts.arn }),
          ...(spec.grants.some(({ on }) => on === "alarms") && { KOJARZ_ALARMS: named("") }),
          KOJARZ_STAGE: $app.stage,
        },
        // Links grant every action on what they link, so only secrets are linked: they grant none.
        link: spec.secrets.flatMap((name) => secrets.get(name) ?? []),
        permissions: [
          ...spec.grants.map(({ on, actions, keysFrom }) => ({
            actions: [...actions],
            resources: [arns[on]],
            conditions: conditionsOf(keysFrom),
          })),
          { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup(spec)] },
        ],
        ...(spec.reserved !== undefined && reserveConcurrency && { concurrency: { reserved: spec.reserved } }),
        ...(schedules.some(({ run }) => run === spec.id) && { retries: SCHEDULE_RETRIES.run }),
        transform: {
          eventInvokeConfig: afterwards,
          ...(!$dev && { role: { assumeRolePolicy: $jsonStringify(trust), managedPolicyArns: [] } }),
        },
      });
    const functions = Object.fromEntries(specs.map((spec) => [spec.id, build(spec)]));

    const routes = Promise.withResolvers<Array<ReturnType<sst.aws.ApiGatewayV2["route"]>>>();
    const api = new sst.aws.ApiGatewayV2("Api", {
      cors: false,
      ...(domain !== undefined && { domain }),
      accessLog: { retention: logRetention },
      transform: {
        stage: (args, options) => {
          // AWS refuses limits of a route that is not there yet, and SST makes the stage first.
          options.dependsOn = routes.promise;
          const limits = throttlesOf(specs, requestsPerSecond).map(({ route, perSecond, burst }) => ({
            routeKey: route,
            throttlingRateLimit: perSecond,
            throttlingBurstLimit: burst,
          }));
          args.routeSettings = limits;
          // For a route that is described nowhere.
          const [{ throttlingRateLimit, throttlingBurstLimit }] = limits;
          args.defaultRouteSettings = { throttlingRateLimit, throttlingBurstLimit };
          args.accessLogSettings = $output(args.accessLogSettings).apply((log) => ({
            destinationArn: log?.destinationArn ?? "",
            format: accessLogFormat,
          }));
        },
      },
    });
    const count = (id: string, logGroupName: $util.Input<string>, { pattern, name }: Counted) =>
      new aws.cloudwatch.LogMetricFilter(id, {
        logGroupName,
        pattern,
        metricTransformation: { namespace: ourNamespace, name, value: "1", unit: "Count" },
      });
    for (const [id, filter] of Object.entries(apiFilters)) count(id, api.nodes.logGroup.name, filter);
    const logGroups = Object.fromEntries(
      Object.entries(functions).map(([id, made]) => [
        id,
        $output(made.nodes.logGroup).apply((group) => $output(group?.name ?? "")),
      ]),
    );
    for (const [id, logGroup] of Object.entries(logGroups)) count(`${id}FailedRuns`, logGroup, failedRuns);
    routes.resolve(specs.flatMap((spec) => spec.routes.map((route) => api.route(route, functions[spec.id].arn))));

    table.subscribe("ErpConnectorStream", functions[CONNECTOR].arn, {
      filters: streamFilters,
      transform: {
        eventSourceMapping: {
          ...streamOptions,
          destinationConfig: { onFailure: { destinationArn: queues.StreamFailures.arn } },
        },
      },
    });
    for (const { id, run, event, ...when } of schedules)
      new sst.aws.CronV2(id, {
        ...rhythmOf(when),
        function: functions[run].arn,
        event: { ...event },
        retries: SCHEDULE_RETRIES.scheduler,
        dlq: queues.ScheduleFailures.arn,
      });

    const names = {
      region,
      namespace: ourNamespace,
      logGroups,
      table: table.name,
      api: api.nodes.api.id,
      functions: Object.fromEntries(Object.entries(functions).map(([id, made]) => [id, made.name])),
      doors: { read: functions[OPERATOR_READ].arn, act: functions[OPERATOR_ACT].arn },
      queues: Object.fromEntries(Object.entries(queues).map(([id, made]) => [id, made.nodes.queue.name])),
    };
    const nameOf = (ref: ReturnType<typeof alarmsOf>[number]["dimensions"][string]) => {
      if (ref.kind === "text") return ref.text;
      if (ref.kind === "function") return names.functions[ref.id];
      return ref.kind === "queue" ? names.queues[ref.id] : names[ref.kind];
    };
    for (const spec of alarmsOf(specs, accounts)) {
      const { statistic, periodSeconds: period, expression, second } = spec;
      const metricOf = ({ namespace, metricName, dimensions }: Source) => ({
        namespace: namespace === OURS ? ourNamespace : namespace,
        metricName,
        dimensions: Object.fromEntries(Object.entries(dimensions).map(([name, ref]) => [name, nameOf(ref)])),
      });
      const query = (id: string, source: Source) => ({ id, metric: { ...metricOf(source), stat: statistic, period } });
      new aws.cloudwatch.MetricAlarm(`Alarm${spec.id}`, {
        name: named(spec.id),
        alarmDescription: spec.description,
        ...(expression === undefined
          ? { ...metricOf(spec), statistic, period }
          : {
              metricQueries: [
                query("m", spec),
                ...(second ? [query("n", second)] : []),
                { id: "e", expression, label: spec.id, returnData: true },
              ],
            }),
        evaluationPeriods: spec.periods,
        datapointsToAlarm: spec.datapoints,
        threshold: spec.threshold,
        comparisonOperator: spec.comparison,
        treatMissingData: spec.silence,
        alarmActions: [alerts.arn],
        okActions: spec.event ? [] : [alerts.arn],
      });
    }
    // It costs more than all orders of a small shop, and a trial is looked at with `npm start` as well.
    if (production)
      new aws.cloudwatch.Dashboard("Dashboard", {
        // The one kind of thing here that all regions of an account share.
        dashboardName: named(`orders-${region}`),
        dashboardBody: $jsonStringify($resolve(names).apply((resolved) => dashboard(resolved, specs))),
      });
    return { deployed: api.url.apply((address) => lastLines(address, deployment)) };
  },
});
