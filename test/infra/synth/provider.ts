/** What the AWS provider would compute, as far as SST's components read it. A call that is not known is an error. */
type Values = Record<string, unknown>;

export const REGION = "eu-central-1";
export const ACCOUNT = "123456789012";

export function computed(type: string, name: string, inputs: Values): Values {
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  const named = { ...inputs, name: inputs.name ?? inputs.bucket ?? name };
  const state = { ...named, arn: inputs.arn ?? arnOf(type, service, named.name) };
  return { ...state, ...extras(type, String(named.name), String(state.arn)) };
}

/** Where an ARN says more before the name than service, region and account. */
const ARNS: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "arn:aws:s3:::",
  "aws:iam/role:Role": `arn:aws:iam::${ACCOUNT}:role/`,
  "aws:lambda/function:Function": `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`,
  "aws:dynamodb/table:Table": `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`,
  "aws:cloudwatch/logGroup:LogGroup": `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:`,
};

function arnOf(type: string, service: string, name: unknown): string {
  return `${ARNS[type] ?? `arn:aws:${service}:${REGION}:${ACCOUNT}:`}${name}`;
}

function extras(type: string, name: string, arn: string): Values {
  switch (type) {
    case "aws:dynamodb/table:Table":
      return { streamArn: `${arn}/stream/2026-01-01T00:00:00.000` };
    case "aws:sqs/queue:Queue":
      return { url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}` };
    case "aws:apigatewayv2/api:Api":
      return {
        apiEndpoint: `https://${name}.execute-api.${REGION}.amazonaws.com`,
        executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${name}`,
      };
    case "random:index/randomBytes:RandomBytes":
      return { base64: Buffer.alloc(32, 7).toString("base64") };
    case "aws:lambda/function:Function":
      return {
        invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${arn}/invocations`,
      };
    default:
      return {};
  }
}

type Pair = { type: string; identifiers: string[] };
type Condition = { test: string; variable: string; values: string[] };
type Statement = {
  effect?: string;
  actions?: string[];
  resources?: string[];
  principals?: Pair[];
  conditions?: Condition[];
};

export function answerCall({ token, inputs }: { token: string; inputs: Values }): Values {
  switch (token) {
    case "aws:index/getRegion:getRegion":
      return { id: REGION, name: REGION, region: REGION };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: ACCOUNT };
    case "aws:iam/getPolicyDocument:getPolicyDocument":
      return policyDocument(inputs);
    default:
      throw new Error(`the stand-in provider does not know ${token}`);
  }
}

/** The provider leaves `statements` out when there are none. */
function policyDocument(inputs: Values): Values {
  const statements = (inputs.statements ?? []) as Statement[];
  const Statement = statements.map(({ effect = "Allow", actions, resources, principals, conditions }) => ({
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(principals && { Principal: principalOf(principals) }),
    ...(conditions && { Condition: conditionOf(conditions) }),
  }));
  return {
    ...inputs,
    statements: statements.length > 0 ? statements : undefined,
    json: JSON.stringify({ Version: "2012-10-17", Statement }),
  };
}

function principalOf(principals: readonly Pair[]): unknown {
  if (principals.some(({ type }) => type === "*")) return "*";
  return Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers]));
}

function conditionOf(conditions: readonly Condition[]): unknown {
  return Object.fromEntries(conditions.map(({ test, variable, values }) => [test, { [variable]: values }]));
}
