/** The contract as an OpenAPI 3.1 document. */
import * as z from "zod/mini";
import { Failure, type Operations, operations, pullOperations } from "../lib/erp/bridge/contract.ts";
import { CONTRACT } from "../lib/erp/bridge/contract-version.ts";

const HEADERS = [
  ["webhook-id", "`{operation}_{unique}`; the answer's is the same with `_answer` after it"],
  ["webhook-timestamp", "Seconds since the epoch; more than five minutes off is refused"],
  ["webhook-signature", "`v1,` and base64(HMAC-SHA256(secret, `{id}.{timestamp}.{body}`)): Standard Webhooks"],
] as const;

export function openApi() {
  return {
    openapi: "3.1.0",
    info: {
      title: "Kojarz ERP bridge",
      version: String(CONTRACT),
      description:
        "Every body says in `contract` which version of this contract it is written in; one that says nothing is of version 1. " +
        `Kojarz serves bridges of version ${CONTRACT - 1} and newer. ` +
        "Requests and answers are signed as Standard Webhooks prescribe. Only a signed answer counts: whatever else comes " +
        "back after a submit went out leaves the order in doubt, and it is looked for before it is tried again.",
    },
    paths: {
      ...pathsOf(operations, "bridge", "Served by the bridge"),
      ...pathsOf(pullOperations, "pull", "Served by Kojarz under `/bridge`, for a bridge that pulls its work"),
    },
    components: { securitySchemes: { signature: { type: "apiKey", in: "header", name: "webhook-signature" } } },
    security: [{ signature: [] }],
  };
}

function pathsOf(list: Operations, tag: string, description: string) {
  const paths = Object.entries(list).map(
    ([name, { summary, request, answer }]) =>
      [
        `/v1/${name}`,
        {
          post: {
            operationId: name,
            tags: [tag],
            summary,
            description,
            parameters: HEADERS.map(([header, text]) => ({
              name: header,
              in: "header",
              required: true,
              description: text,
              schema: { type: "string" },
            })),
            requestBody: { required: true, content: json(request, "input") },
            responses: {
              200: { description: "The answer", content: json(answer, "output") },
              400: failure("The request does not follow this contract; nothing was done"),
              401: failure("Not signed with the shared secret, or too old"),
              409: failure("A command that has come before: nothing was done. What changes something is good once"),
              413: failure("Longer than the receiver takes"),
              426: failure("The bridge is too old for it; nothing was done, and `detail` says what each end speaks"),
              500: failure("It failed"),
              503: failure("The ERP cannot be reached now"),
            },
          },
        },
      ] as const,
  );
  return Object.fromEntries(paths);
}

function failure(description: string) {
  return { description, content: json(Failure, "output") };
}

function json(schema: z.ZodMiniType, io: "input" | "output") {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return { "application/json": { schema: withContract(rest) } };
}

type Schema = z.core.JSONSchema.BaseSchema;

const SAYS = { type: "integer", description: "The version of this contract that the body is written in" } as const;

function withContract(schema: Schema): Schema {
  const { oneOf, properties, ...rest } = schema;
  if (oneOf) return { ...rest, oneOf: oneOf.map((one) => withContract(one as Schema)) };
  return { ...rest, properties: { contract: SAYS, ...properties } };
}
