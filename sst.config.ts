/// <reference path="./.sst/platform/config.d.ts" />

/** Only wires: what is deployed, with which rights and why, is data in `lib/ops`. */
export default $config({
  // SST shows nothing of an error that is thrown here: every mistake is named by `run`, before anything is made.
  async app({ stage }) {
    const { DEFAULT_REGION } = await import("./lib/ops/deployment.ts");
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
    const { checkedStage, deploymentFrom, unpolledOf } = await import("./lib/ops/deployment.ts");
    const { conditionsOf, environmentOf, functionsOf, schedulesOf, SCHEDULE_RETRIES, THROTTLE, CONNECTOR } =
      await import("./lib/ops/functions.ts");
    const { checkSecrets, secretNamesOf } = await import("./lib/ops/secrets.ts");
    const { tableSpec, streamFilters, streamOptions, queueOptions } = await import("./lib/ops/storage.ts");
    const { accessLogFormat, turnedAway } = await import("./lib/ops/access-log.ts");
    const { alarmsOf } = await import("./lib/ops/alarms.ts");
    const { dashboard } = await import("./lib/ops/dashboard.ts");
    const { production } = checkedStage($app.stage);
    const deployment = deploymentFrom(process.env, production);
    await checkSecrets(deployment, process.env);
    const { accounts, region, settings, logRetention, domain, alertEmail, reserveConcurrency } = deployment;
    const specs = functionsOf(deployment);
    const schedules = schedulesOf({ accounts });
    const named = (id: string) => `${$app.name}-${$app.stage}-${id}`;

    const table = new sst.aws.Dynamo("Orders", { ...tableSpec, deletionProtection: production });
    const bodies = new sst.aws.Bucket("Bodies", {
      cors: false,
      lifecycle: [{ id: "forget", expiresIn: `${Math.ceil(settings.memoryDays)} days` }],
    });
    const queue = (id: string) => new sst.aws.Queue(id, { transform: { queue: queueOptions } });
    const queues = { StreamFailures: queue("StreamFailures"), ScheduleFailures: queue("ScheduleFailures") };
    const arns = {
      table: table.arn,
      "due-index": $interpolate`${table.arn}/index/${Object.keys(tableSpec.globalIndexes)[0]}`,
      // Listing streams is a right on all streams of a table; a table that is restored has a new one.
      stream: $interpolate`${table.arn}/stream/*`,
      bodies: $interpolate`${bodies.arn}/*`,
      "stream-failures": queues.StreamFailures.arn,
      "schedule-failures": queues.ScheduleFailures.arn,
    };
    const secrets = new Map(secretNamesOf(deployment).map((name) => [name, new sst.Secret(name)]));

    const { accountId } = aws.getCallerIdentityOutput();
    // Instead of AWS's managed policy, which lets a function write into any log group.
    const logGroup = (id: string) =>
      $interpolate`arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/${named(id)}Function-*`;
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
            // Lambda brings an S3 client along; ours would share code with the client for DynamoDB and slow every start.
            external: ["@aws-sdk/client-s3"],
            define: Object.fromEntries(
              Object.entries(environmentOf(spec)).map(([name, told]) => [`process.env.${name}`, JSON.stringify(told)]),
            ),
          },
        },
        environment: {
          ...environmentOf(spec),
          KOJARZ_TABLE: table.name,
          ...(spec.grants.some(({ on }) => on === "bodies") && { KOJARZ_BODIES: bodies.name }),
          KOJARZ_SETTINGS: JSON.stringify(settings),
        },
        // Links grant every action on what they link, so only secrets are linked: they grant none.
        link: spec.secrets.flatMap((name) => secrets.get(name) ?? []),
        permissions: [
          ...spec.grants.map(({ on, actions, keysFrom }) => ({
            actions: [...actions],
            resources: [arns[on]],
            conditions: conditionsOf(keysFrom),
          })),
          { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup(spec.id)] },
        ],
        ...(spec.reserved !== undefined && reserveConcurrency && { concurrency: { reserved: spec.reserved } }),
        ...(schedules.some(({ run }) => run === spec.id) && { retries: SCHEDULE_RETRIES.run }),
        transform: {
          eventInvokeConfig: afterwards,
          ...(!$dev && { role: { assumeRolePolicy: $jsonStringify(trust), managedPolicyArns: [] } }),
        },
      });
    const functions = Object.fromEntries(specs.map((spec) => [spec.id, build(spec)]));

    const api = new sst.aws.ApiGatewayV2("Api", {
      cors: false,
      ...(domain !== undefined && { domain }),
      accessLog: { retention: logRetention },
      transform: {
        stage: (args) => {
          args.defaultRouteSettings = { throttlingRateLimit: THROTTLE.perSecond, throttlingBurstLimit: THROTTLE.burst };
          args.accessLogSettings = $output(args.accessLogSettings).apply((log) => ({
            destinationArn: log?.destinationArn ?? "",
            format: accessLogFormat,
          }));
        },
      },
    });
    new aws.cloudwatch.LogMetricFilter("TurnedAway", { logGroupName: api.nodes.logGroup.name, ...turnedAway });
    for (const { id, routes } of specs) for (const route of routes) api.route(route, functions[id].arn);

    table.subscribe("ErpConnectorStream", functions[CONNECTOR].arn, {
      filters: streamFilters,
      transform: {
        eventSourceMapping: {
          ...streamOptions,
          destinationConfig: { onFailure: { destinationArn: queues.StreamFailures.arn } },
        },
      },
    });
    for (const { id, run, minutes, event } of schedules)
      new sst.aws.CronV2(id, {
        schedule: `rate(${minutes} ${minutes === 1 ? "minute" : "minutes"})`,
        function: functions[run].arn,
        event: { ...event },
        retries: SCHEDULE_RETRIES.scheduler,
        dlq: queues.ScheduleFailures.arn,
      });

    const alerts = new sst.aws.SnsTopic("Alerts");
    if (alertEmail !== undefined)
      new aws.sns.TopicSubscription("AlertEmail", { topic: alerts.arn, protocol: "email", endpoint: alertEmail });
    const names = {
      region,
      table: table.name,
      api: api.nodes.api.id,
      functions: Object.fromEntries(Object.entries(functions).map(([id, made]) => [id, made.name])),
      queues: Object.fromEntries(Object.entries(queues).map(([id, made]) => [id, made.nodes.queue.name])),
    };
    const nameOf = (ref: ReturnType<typeof alarmsOf>[number]["dimensions"][string]) => {
      if (ref.kind === "text") return ref.text;
      if (ref.kind === "function") return names.functions[ref.id];
      return ref.kind === "queue" ? names.queues[ref.id] : names[ref.kind];
    };
    for (const spec of alarmsOf(specs, accounts)) {
      const { namespace, metricName, statistic, periodSeconds: period, expression } = spec;
      const dimensions = Object.fromEntries(Object.entries(spec.dimensions).map(([name, ref]) => [name, nameOf(ref)]));
      new aws.cloudwatch.MetricAlarm(`Alarm${spec.id}`, {
        name: named(spec.id),
        alarmDescription: spec.description,
        ...(expression === undefined
          ? { namespace, metricName, dimensions, statistic, period }
          : {
              metricQueries: [
                { id: "m", metric: { namespace, metricName, dimensions, stat: statistic, period } },
                { id: "e", expression, label: spec.id, returnData: true },
              ],
            }),
        evaluationPeriods: spec.periods,
        threshold: spec.threshold,
        comparisonOperator: spec.comparison,
        treatMissingData: spec.silence,
        alarmActions: [alerts.arn],
        okActions: spec.event ? [] : [alerts.arn],
      });
    }
    new aws.cloudwatch.Dashboard("Dashboard", {
      dashboardName: named("orders"),
      dashboardBody: $jsonStringify($resolve(names).apply((resolved) => dashboard(resolved, specs))),
    });
    const unpolled = unpolledOf(accounts);
    return { ...(unpolled.length > 0 && { notPolled: unpolled.join(" ") }), api: api.url };
  },
});
