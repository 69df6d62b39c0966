/** A schema as the rows of a table: key, what it takes, default, meaning. */
import * as z from "zod/mini";
import type { Explain } from "./comments.ts";
import { code } from "./markdown.ts";

/** JSON Schema, as far as it is read here. */
type Json = {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Json[];
  oneOf?: Json[];
  properties?: Record<string, Json>;
  required?: string[];
  items?: Json;
  prefixItems?: Json[];
  additionalProperties?: Json | boolean;
  default?: unknown;
  description?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  format?: string;
};

export const SETTINGS_HEAD = ["key", "takes", "default", "meaning"] as const;

/**
 * @param explain absent where the schema describes itself
 * @throws a list of the settings that nothing explains
 */
export function settingRows(schema: z.ZodMiniType, explain: Explain = () => undefined): string[][] {
  const json = jsonOf(schema);
  const mute: string[] = [];
  const rows = rowsOf(json, "", schema, (path, own) => {
    const meaning = own ?? explain(path);
    if (meaning === undefined) mute.push(path);
    return meaning ?? "";
  });
  if (mute.length > 0) throw new Error(`no comment says what these settings mean: ${mute.join(", ")}`);
  return rows;
}

/** The schemas that a discriminated union chooses from. */
export function choicesOf(union: z.ZodMiniType): z.ZodMiniType[] {
  return (Reflect.get(builtOf(union).def, "options") ?? []).map(builtOf);
}

/** What a schema that is built on first use stands for. */
export function builtOf(schema: z.ZodMiniType): z.ZodMiniType {
  return schema instanceof z.ZodMiniLazy ? builtOf(schema._zod.innerType as z.ZodMiniType) : schema;
}

export function jsonOf(schema: z.ZodMiniType): Json {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
}

type Meaning = (path: string, own: string | undefined) => string;

function rowsOf(json: Json, prefix: string, schema: z.ZodMiniType | undefined, meaning: Meaning): string[][] {
  return Object.entries(json.properties ?? {}).flatMap(([key, field]) => {
    const path = `${prefix}${key}`;
    const inner = fieldOf(schema, key);
    const isNeeded = json.required?.includes(key) === true;
    const given = isNeeded ? undefined : (field.default ?? defaultOf(inner));
    const nested = nestedOf(field);
    return [
      [
        code(path),
        typeOf(field),
        isNeeded ? "**required**" : defaultText(given),
        field.const === undefined ? meaning(path, field.description) : "always this",
      ],
      ...(nested ? rowsOf(nested.json, `${path}${nested.suffix}.`, undefined, meaning) : []),
    ];
  });
}

/** A default behind a transform is not in the JSON Schema: the schema itself says it. */
function defaultOf(schema: z.ZodMiniType | undefined): unknown {
  const parsed = schema && z.safeParse(schema, undefined);
  return parsed?.success ? parsed.data : undefined;
}

function fieldOf(schema: z.ZodMiniType | undefined, key: string): z.ZodMiniType | undefined {
  const shape: unknown = schema && Reflect.get(builtOf(schema), "shape");
  return typeof shape === "object" && shape !== null ? Reflect.get(shape, key) : undefined;
}

function defaultText(given: unknown): string {
  if (given === undefined || (typeof given === "object" && given !== null && Object.keys(given).length === 0))
    return "";
  if (Array.isArray(given) && given.every((each) => typeof each === "string")) return given.map(code).join(", ");
  return code(typeof given === "string" ? given : JSON.stringify(given));
}

/** An object, or the objects of a list or a map: their fields get rows of their own. */
function nestedOf(field: Json): { json: Json; suffix: string } | undefined {
  if (field.properties) return { json: field, suffix: "" };
  if (field.items?.properties) return { json: field.items, suffix: "[]" };
  const values = field.additionalProperties;
  if (typeof values === "object" && values.properties) return { json: values, suffix: ".*" };
  return undefined;
}

function typeOf(field: Json): string {
  if (field.const !== undefined) return code(JSON.stringify(field.const));
  if (field.enum) return field.enum.map((each) => code(JSON.stringify(each))).join(", ");
  const choices = field.anyOf ?? field.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(" or ");
  switch (field.type) {
    case "array":
      return `list of ${typeOf(field.items ?? field.prefixItems?.[0] ?? {})}`;
    case "object":
      return typeof field.additionalProperties === "object" ? `map to ${typeOf(field.additionalProperties)}` : "object";
    case "integer":
      return `whole number${boundsOf(field)}`;
    case "number":
      return `number${boundsOf(field)}`;
    case "boolean":
      return "`true`, `false`";
    case "string":
      return FORMATS[field.format ?? ""] ?? "text";
    default:
      return "any";
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uri: "URL",
  email: "e-mail address",
  "date-time": "ISO time with a zone",
};

function boundsOf({ minimum, exclusiveMinimum, maximum }: Json): string {
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const lower =
    exclusiveMinimum !== undefined ? `more than ${exclusiveMinimum}` : least === undefined ? "" : `${least}`;
  if (most === undefined)
    return lower === "" ? "" : exclusiveMinimum !== undefined ? `, ${lower}` : `, at least ${lower}`;
  if (lower === "") return `, at most ${most}`;
  return exclusiveMinimum !== undefined ? `, ${lower} and at most ${most}` : `, ${lower} to ${most}`;
}

/** The fields of a message whose schema describes them itself. */
export function messageRows(json: Json, prefix = ""): string[][] {
  return Object.entries(json.properties ?? {}).flatMap(([key, field]) => {
    const path = `${prefix}${key}`;
    const nested = nestedOf(field);
    return [
      [code(path), typeOf(field), json.required?.includes(key) ? "yes" : "", field.description ?? ""],
      ...(nested ? messageRows(nested.json, `${path}${nested.suffix}.`) : []),
    ];
  });
}
