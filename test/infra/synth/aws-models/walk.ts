/** A request against the shapes of a model: what is missing, unknown, of another type, or out of its limits. Pure. */
import type { Model, Shape } from "./model.ts";

export type Walked = {
  /** How many constraints were looked at. */
  checks: number;
  /** What AWS would refuse, each with the path to it. */
  violations: string[];
};

/** @param input its members' first letters may be of either case: each service has its own habit */
export function walked(model: Model, operation: string, input: unknown): Walked {
  const shape = model.operations[operation]?.input?.shape;
  if (shape === undefined) return { checks: 1, violations: [`${operation} is no operation of the service`] };
  return valueIn(model, shape, input, operation);
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  structure: isRecord,
  map: isRecord,
  list: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  long: Number.isInteger,
  double: Number.isFinite,
  float: Number.isFinite,
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueIn(model: Model, name: string, value: unknown, path: string): Walked {
  const shape = model.shapes[name] ?? { type: name };
  if (!TYPES[shape.type]?.(value)) return { checks: 1, violations: [`${path} is no ${shape.type}`] };
  const own = limitsOf(shape).map((holds) => holds(value));
  const broken = own.flatMap((mistake) => (mistake === undefined ? [] : [`${path} ${mistake}`]));
  return sumOf([{ checks: 1 + own.length, violations: broken }, ...partsOf(model, shape, value, path)]);
}

function partsOf(model: Model, shape: Shape, value: unknown, path: string): Walked[] {
  if (Array.isArray(value))
    return value.map((one, index) => valueIn(model, shape.member?.shape ?? "", one, `${path}[${index}]`));
  if (!isRecord(value)) return [];
  if (shape.type === "structure") return membersOf(model, shape, value, path);
  return Object.entries(value).flatMap(([key, one]) => [
    valueIn(model, shape.key?.shape ?? "", key, `${path}, the key ${key},`),
    valueIn(model, shape.value?.shape ?? "", one, `${path}.${key}`),
  ]);
}

function membersOf(model: Model, shape: Shape, value: Record<string, unknown>, path: string): Walked[] {
  const members = shape.members ?? {};
  const given = new Map(Object.entries(value).map(([key, one]) => [spelled(members, key), one]));
  const missing = (shape.required ?? []).map((name) => ({
    checks: 1,
    violations: given.has(name) ? [] : [`${path} has no ${name}`],
  }));
  const known = [...given].map(([name, one]) => {
    const member = members[name];
    return member
      ? sumOf([{ checks: 1, violations: [] }, valueIn(model, member.shape, one, `${path}.${name}`)])
      : { checks: 1, violations: [`${path} knows no ${name}`] };
  });
  return [...missing, ...known];
}

function spelled(members: Record<string, unknown>, key: string): string {
  const other = key[0] === key[0]?.toUpperCase() ? key[0]?.toLowerCase() : key[0]?.toUpperCase();
  const name = `${other}${key.slice(1)}`;
  return !(key in members) && name in members ? name : key;
}

type Limit = (value: unknown) => string | undefined;

/** Of a text its characters, of a list or map its entries, of a number itself. */
function sizeOf(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" || Array.isArray(value) ? value.length : Object.keys(value as object).length;
}

function limitsOf({ enum: words, min, max, pattern }: Shape): Limit[] {
  const limits: Array<Limit | undefined> = [
    words && ((value) => (words.includes(String(value)) ? undefined : `is ${value}, none of ${words.join(" ")}`)),
    min === undefined ? undefined : (value) => (sizeOf(value) < min ? `is less than ${min}` : undefined),
    max === undefined ? undefined : (value) => (sizeOf(value) > max ? `is more than ${max}` : undefined),
    pattern === undefined
      ? undefined
      : (value) => (whole(pattern).test(String(value)) ? undefined : `is ${value}, not ${pattern}`),
  ];
  return limits.filter((limit) => limit !== undefined);
}

/** The models write patterns as Java does. */
function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, pattern.includes("\\p{") ? "u" : "");
}

function sumOf(parts: readonly Walked[]): Walked {
  return {
    checks: parts.reduce((sum, { checks }) => sum + checks, 0),
    violations: parts.flatMap(({ violations }) => violations),
  };
}
