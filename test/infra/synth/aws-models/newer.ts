/**
 * What the deployment uses and the model of Debian's botocore (1.29.27 of December 2022) is too old to know, written as the
 * models write it. A model that knows it is left as it is; where one is added to, `npm run synth` says so.
 */
import type { Model, Shape } from "./model.ts";

type Addition = {
  service: string;
  what: string;
  /** Where AWS says so. */
  source: string;
  /** Words and members come to a shape that is there; any other shape is new. */
  shapes: Readonly<Record<string, Shape>>;
};

const ADDITIONS: readonly Addition[] = [
  {
    service: "lambda",
    what: "the runtime nodejs24.x",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    shapes: { Runtime: { type: "string", enum: ["nodejs24.x"] } },
  },
  {
    service: "lambda",
    what: "LoggingConfig of a function",
    source: "https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html",
    shapes: {
      CreateFunctionRequest: { type: "structure", members: { LoggingConfig: { shape: "LoggingConfig" } } },
      LoggingConfig: {
        type: "structure",
        members: { LogFormat: { shape: "LogFormat" }, LogGroup: { shape: "LogGroup" } },
      },
      LogFormat: { type: "string", enum: ["JSON", "Text"] },
      LogGroup: { type: "string", min: 1, max: 512, pattern: "[\\.\\-_/#A-Za-z0-9]+" },
    },
  },
  {
    service: "dynamodb",
    what: "DeletionProtectionEnabled of a table",
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html",
    shapes: {
      CreateTableInput: {
        type: "structure",
        members: { DeletionProtectionEnabled: { shape: "DeletionProtectionEnabled" } },
      },
      DeletionProtectionEnabled: { type: "boolean" },
    },
  },
];

export function added(service: string, model: Model): { model: Model; newer: string[] } {
  const missing = ADDITIONS.filter((one) => one.service === service && isUnknown(model, one));
  const shapes = missing.reduce((known, one) => withShapes(known, one.shapes), model.shapes);
  return { model: { ...model, shapes }, newer: missing.map(({ what, source }) => `${service}: ${what} (${source})`) };
}

function isUnknown({ shapes }: Model, { shapes: wanted }: Addition): boolean {
  return Object.entries(wanted).some(([name, { enum: words = [], members = {} }]) => {
    const known = shapes[name];
    return (
      !known ||
      words.some((word) => !known.enum?.includes(word)) ||
      Object.keys(members).some((member) => !known.members?.[member])
    );
  });
}

function withShapes(known: Model["shapes"], wanted: Addition["shapes"]): Model["shapes"] {
  const merged = Object.entries(wanted).map(([name, shape]) => {
    const old = known[name];
    if (!old) return [name, shape] as const;
    const words = shape.enum && { enum: [...(old.enum ?? []), ...shape.enum] };
    return [name, { ...old, ...words, members: { ...old.members, ...shape.members } }] as const;
  });
  return { ...known, ...Object.fromEntries(merged) };
}
