/** What roles may do: nothing beyond this deployment, and everything that its wires need. */
import { OPERATOR_READ } from "../../../infra/functions.ts";
import { table } from "../../../lib/store/table.ts";
import { type Graph, type Made, ofType, physicalName } from "./graph.ts";
import { asList, type Check, each, environmentOf, found, type Values } from "./judging.ts";
import { allowed, type Statement, statementsOf } from "./policies.ts";
import { ACCOUNT, REGION } from "./provider.ts";

const onDynamo = ({ Action }: Statement) => Action.some((action) => action.startsWith("dynamodb:"));

/** What the ends of a resource's ARN may be, beside none. Log groups have a rule of their own. */
const PARTS = {
  table: /\/(index\/[\w.-]+|stream\/\*)$/,
  bucket: /\/\*$/,
  queue: /$/,
  topic: /$/,
  function: /$/,
} as const;

function isNamed(graph: Graph, arn: string): boolean {
  if (arn.startsWith("arn:aws:logs:") && arn.includes(":log-group:/aws/lambda/")) return true;
  if (/^arn:aws:cloudwatch:[\w-]+:\d+:alarm:\*$/.test(arn)) return true;
  return Object.entries(PARTS).some(([type, part]) => found(graph, type as keyof typeof PARTS, arn.replace(part, "")));
}

function tooMuch(graph: Graph, role: Made): string[] {
  const statements = statementsOf(role).filter(allowed);
  const onAlarms = statements.filter(({ Resource }) => Resource.some((arn) => arn.startsWith("arn:aws:cloudwatch:")));
  return [
    ...onAlarms.flatMap(({ Action }) => Action.filter((action) => action !== "cloudwatch:DescribeAlarms")),
    ...asList<string>(role.inputs.managedPolicyArns),
    ...statements.flatMap(({ Action }) => Action.filter((action) => action.includes("*"))),
    ...statements.flatMap(({ Resource }) => Resource.filter((arn) => !isNamed(graph, arn))),
  ];
}

function may(role: Made | undefined, action: string, resource: unknown): boolean {
  return (
    role !== undefined &&
    statementsOf(role).some(
      (one) => allowed(one) && one.Action.includes(action) && one.Resource.includes(String(resource)),
    )
  );
}

/** What changes nothing. */
const LOOKING = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"];

type Need = { who: string; role: unknown; action: string; on: unknown };

/** What is wired and works only if its role allows it. SST grants some of it, `infra` the rest. */
function needs(graph: Graph): Need[] {
  const roleOf = (name: unknown) => found(graph, "function", name)?.inputs.role;
  const send = { action: "sqs:SendMessage" };
  const failed = (config: unknown) => (config as { onFailure?: Values } | undefined)?.onFailure ?? {};
  return [
    ...ofType(graph, "invokeConfig").map(({ name, inputs }) => {
      const { destination } = failed(inputs.destinationConfig);
      return { who: name, role: roleOf(inputs.functionName), ...send, on: destination };
    }),
    ...ofType(graph, "mapping").map(({ name, inputs }) => {
      const { destinationArn } = failed(inputs.destinationConfig);
      return { who: name, role: roleOf(inputs.functionName), ...send, on: destinationArn };
    }),
    ...ofType(graph, "schedule").flatMap(({ name: who, inputs }) => {
      const { roleArn: role, arn, deadLetterConfig } = inputs.target as Values;
      const run = { who, role, action: "lambda:InvokeFunction", on: arn };
      return [run, { who, role, ...send, on: (deadLetterConfig as Values | undefined)?.arn }];
    }),
    ...ofType(graph, "function").flatMap((one) => {
      const { KOJARZ_ALERTS: on, KOJARZ_ALARMS: prefix } = environmentOf(one);
      const own = { who: one.name, role: one.inputs.role };
      const alarms = `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:*`;
      return [
        ...(on === undefined ? [] : [{ ...own, action: "sns:Publish", on }]),
        ...(prefix === undefined ? [] : [{ ...own, action: "cloudwatch:DescribeAlarms", on: alarms }]),
      ];
    }),
    ...ofType(graph, "function")
      .filter((one) => environmentOf(one).KOJARZ_BODIES !== undefined)
      .flatMap(({ name, inputs }) =>
        ofType(graph, "bucket").map((bucket) => {
          const on = `arn:aws:s3:::${physicalName(bucket)}/*`;
          const action = name === "SweepFunction" ? "s3:DeleteObject" : "s3:PutObject";
          return { who: name, role: inputs.role, action, on };
        }),
      ),
  ];
}

export const rights: readonly Check[] = [
  {
    rule: "no role has a managed policy, a `*` in an action, or a right on anything that is not of this deployment",
    mistakes: (graph) =>
      each(ofType(graph, "role"), (role) => {
        const wide = tooMuch(graph, role);
        return wide.length > 0 ? `has ${wide.join(", ")}` : undefined;
      }),
  },
  {
    rule: "every policy elsewhere only forbids",
    mistakes: (graph) =>
      each([...ofType(graph, "policy"), ...ofType(graph, "rolePolicy"), ...ofType(graph, "bucketPolicy")], (policy) =>
        statementsOf(policy).some(allowed) ? "allows something" : undefined,
      ),
  },
  {
    rule: "a function may write only into its own log groups",
    mistakes: (graph) =>
      each(ofType(graph, "function"), ({ inputs }) => {
        const role = found(graph, "role", inputs.role);
        const statements = role ? statementsOf(role) : [];
        const logs = statements.filter(({ Action }) => Action.some((name) => name.startsWith("logs:")));
        const { logGroup } = inputs.loggingConfig as { logGroup: string };
        const patterns = logs.flatMap(({ Resource }) => Resource.map((arn) => arn.split(":log-group:")[1]));
        // What Pulumi adds to a name is not known beforehand.
        const own = logGroup.replace(/Function-\w+$/, "Function-*");
        return patterns.join() === own ? undefined : `logs into ${logGroup}, may ${patterns.join(", ") || "nowhere"}`;
      }),
  },
  {
    rule: "what fails may be left where it is kept, what is scheduled may be run, and who keeps or forgets bodies may",
    mistakes: (graph) =>
      needs(graph)
        .filter(({ role, action, on }) => on !== undefined && !may(found(graph, "role", role), action, on))
        .map(({ who, action, on }) => `${who}: no ${action} on ${on}`),
  },
  {
    rule: "who only looks for operators can change nothing, and neither of their functions is reached but by the right to invoke it",
    mistakes: (graph) => {
      const doors = ofType(graph, "function").filter(({ name }) => /^Operator(Read|Act)Function$/.test(name));
      const reached = [
        ...ofType(graph, "permission").map(({ inputs }) => inputs.function),
        ...ofType(graph, "integration").map(({ inputs }) => inputs.integrationUri),
        ...ofType(graph, "schedule").map(({ inputs }) => (inputs.target as Values).arn),
        ...ofType(graph, "mapping").map(({ inputs }) => inputs.functionName),
      ].map((arn) => found(graph, "function", arn)?.name);
      return [
        ...doors
          .filter(({ name }) => reached.includes(name))
          .map(({ name }) => `${name}: is reached by something else`),
        ...doors
          .filter(({ name, inputs }) => inputs.name !== `${graph.app}-${graph.stage}-${name.replace(/Function$/, "")}`)
          .map(({ name, inputs }) => `${name}: is called ${inputs.name}`),
        ...each(
          ofType(graph, "role").filter(({ name }) => name === `${OPERATOR_READ}Role`),
          (role) => {
            const changing = statementsOf(role)
              .filter(allowed)
              .flatMap(({ Action }) => Action)
              .filter((action) => !LOOKING.includes(action) && !action.startsWith("logs:"));
            return changing.length > 0 ? `may ${changing.join(", ")}` : undefined;
          },
        ),
      ];
    },
  },
  {
    rule: "the bridge's function changes nothing in the table but the work that was put out for it",
    mistakes: (graph) => {
      const own = `${table.prefixes.work}*`;
      return each(
        ofType(graph, "role").filter(({ name }) => name === "BridgeRole"),
        (role) => {
          const reached = statementsOf(role)
            .filter(
              (statement) => onDynamo(statement) && statement.Action.some((action) => action !== "dynamodb:Query"),
            )
            .flatMap(({ Condition }) => Condition["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? ["*"]);
          const others = reached.filter((key) => key !== own);
          return others.length > 0 ? `changes ${others.join(", ")}` : undefined;
        },
      );
    },
  },
];
