/** Functions, their roles, what runs them, and what becomes of a run that fails. */
import { asList, type Values } from "../judging.ts";
import type { Request, Requests } from "./request.ts";

const lambda = (operation: string, input: Values): Request => ({ service: "lambda", operation, input });
const iam = (operation: string, input: Values): Request => ({ service: "iam", operation, input });

export const requestsOfFunctions: Requests = {
  "aws:lambda/function:Function": ({ name, s3Bucket, s3Key, reservedConcurrentExecutions, ...rest }) => [
    lambda("CreateFunction", { functionName: name, code: { s3Bucket, s3Key }, ...rest }),
    ...(reservedConcurrentExecutions === undefined
      ? []
      : [lambda("PutFunctionConcurrency", { functionName: name, reservedConcurrentExecutions })]),
  ],
  "aws:lambda/eventSourceMapping:EventSourceMapping": ({ destinationConfig, ...rest }) => {
    const { onFailure } = (destinationConfig ?? {}) as { onFailure?: Values };
    const failed = onFailure && { destinationConfig: { onFailure: { destination: onFailure.destinationArn } } };
    return [lambda("CreateEventSourceMapping", { ...failed, ...rest })];
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (inputs) => [
    lambda("PutFunctionEventInvokeConfig", inputs),
  ],
  "aws:lambda/permission:Permission": ({ function: functionName, ...rest }, { name }) => [
    lambda("AddPermission", { functionName, statementId: name, ...rest }),
  ],
  "aws:iam/role:Role": ({ name: roleName, assumeRolePolicy, inlinePolicies, managedPolicyArns, ...rest }) => [
    iam("CreateRole", { roleName, assumeRolePolicyDocument: textOf(assumeRolePolicy), ...rest }),
    ...asList<Values>(inlinePolicies).map(({ name: policyName, policy: policyDocument }) =>
      iam("PutRolePolicy", { roleName, policyName, policyDocument: textOf(policyDocument) }),
    ),
    ...asList<string>(managedPolicyArns).map((policyArn) => iam("AttachRolePolicy", { roleName, policyArn })),
  ],
  "aws:scheduler/schedule:Schedule": (input) => [{ service: "scheduler", operation: "CreateSchedule", input }],
};

/** The provider takes a policy as an object, too. */
function textOf(policy: unknown): unknown {
  return typeof policy === "object" ? JSON.stringify(policy) : policy;
}
