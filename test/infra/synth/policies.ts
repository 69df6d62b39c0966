/** IAM policies as the graph holds them: text or object, one or many of everything. */
import * as z from "zod/mini";
import type { Made } from "./graph.ts";

const OneOrMany = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => [value].flat()),
);

const Statement = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Action: OneOrMany,
  Resource: z._default(OneOrMany, []),
  Principal: z.optional(z.union([z.literal("*"), z.record(z.string(), OneOrMany)])),
  /** By operator and key: `{ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["B#*"] } }` */
  Condition: z._default(z.record(z.string(), z.record(z.string(), OneOrMany)), {}),
});
export type Statement = z.infer<typeof Statement>;

const Policy = z.pipe(
  z.transform((value) => (typeof value === "string" ? JSON.parse(value) : value)),
  z.object({
    Statement: z.pipe(
      z.union([Statement, z.array(Statement)]),
      z.transform((value) => [value].flat()),
    ),
  }),
);

const Inline = z.array(z.object({ policy: z.unknown() }));

/** What a role may do, or what a policy says. */
export function statementsOf({ inputs }: Made): Statement[] {
  const texts = inputs.policy ?? Inline.parse(inputs.inlinePolicies ?? []).map(({ policy }) => policy);
  return [texts].flat().flatMap((text) => Policy.parse(text).Statement);
}

export const allowed = ({ Effect }: Statement): boolean => Effect === "Allow";

/** Who is trusted, as `Service:lambda.amazonaws.com`. */
export function principalsOf(trust: unknown): string[] {
  return Policy.parse(trust).Statement.flatMap(({ Principal = "*" }) =>
    Principal === "*"
      ? ["*"]
      : Object.entries(Principal).flatMap(([kind, values]) => values.map((value) => `${kind}:${value}`)),
  );
}
