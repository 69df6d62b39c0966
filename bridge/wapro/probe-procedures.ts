/** The parameters that a version's procedures have, compared with what the bridge gives them. Pure. */
import * as z from "zod/mini";
import { anyText, nullishText } from "../../lib/core/schemas.ts";
import { type Described, describe, mistakeIn, Size } from "./described.ts";
import { type Parameter, type ParameterNames, PROCEDURES, type ProcedureName, plainName } from "./statements.ts";

/** Of a right: 0 where the login does not have it. */
export const flag = z.nullish(z.number());

export const ParameterRow = z.extend(Size, {
  procedureName: anyText,
  parameterName: nullishText,
  isOutput: flag,
  mayRun: flag,
});
type ParameterRow = z.infer<typeof ParameterRow>;

export const DefinitionRow = z.object({ procedureName: anyText, definition: nullishText });

export type Examined = {
  name: ProcedureName;
  names: ParameterNames;
  sizes: Readonly<Record<string, Described>>;
  missing: string[];
  /** For a person. */
  line: string;
};

/**
 * @param needs characters that a parameter has to take, by its name, beside what `PROCEDURES` says
 * @param definition the procedure's text, where the database shows it
 */
export function examine(
  name: ProcedureName,
  rows: readonly ParameterRow[],
  needs: Readonly<Record<string, number>>,
  definition: string | undefined,
): Examined {
  const { procedure } = PROCEDURES[name];
  const parameters: readonly Parameter[] = PROCEDURES[name].parameters;
  const own = rows.filter((row) => isSame(row.procedureName, procedure));
  const there = new Map(
    own.flatMap(({ parameterName, ...row }) =>
      parameterName
        ? [[plainName(parameterName), { actual: parameterName, isOutput: row.isOutput, ...describe(row) }]]
        : [],
    ),
  );
  const names: Record<string, string> = {};
  const sizes: Record<string, Described> = {};
  const missing: string[] = own.length === 0 ? [`procedure ${procedure}, or the right to EXECUTE it`] : [];
  if (own.some(({ mayRun }) => mayRun === 0)) missing.push(`the right to EXECUTE ${procedure}`);
  for (const parameter of parameters) {
    const found = [parameter.name, ...(parameter.also ?? [])].map(plainName).find((plain) => there.has(plain));
    const known = found === undefined ? undefined : there.get(found);
    const shown = `parameter ${parameter.name} of ${procedure}`;
    if (found !== undefined && known !== undefined) {
      names[parameter.name] = known.actual;
      sizes[parameter.name] = known;
      there.delete(found);
      if (parameter.output !== undefined && known.isOutput === 0) missing.push(`${shown} as OUTPUT`);
      const length = parameter.length ?? needs[parameter.name] ?? 0;
      const mistake = mistakeIn(known, { kind: parameter.text ? "text" : "number", length });
      if (mistake) missing.push(`${shown}${mistake}`);
    } else if (parameter.required && own.length > 0) missing.push(shown);
  }
  const unknown = [...there.values()].map(({ actual }) => ({ actual, hasDefault: hasDefault(actual, definition) }));
  for (const { actual } of unknown.filter((parameter) => parameter.hasDefault === false))
    missing.push(`a value for ${actual} of ${procedure}, which has no default`);
  return { name, names, sizes, missing, line: lineOf(procedure, own.length > 0, names, unknown) };
}

/** As a database compares names whose collation is blind to case. */
export function isSame(name: string, other: string): boolean {
  return name.toUpperCase() === other.toUpperCase();
}

/** @returns undefined where nobody can tell: `sys.parameters` says it of no procedure in T-SQL */
function hasDefault(parameter: string, definition: string | undefined): boolean | undefined {
  const behind = definition === undefined ? undefined : textBehind(parameter, definition);
  const declared = behind === undefined ? undefined : DECLARED.exec(behind);
  return declared ? declared[1] !== undefined : undefined;
}

/** A type, perhaps with its length, and the sign behind which a default stands. */
const DECLARED = /^\s{1,20}(?:AS\s{1,20})?[\w.[\]]{1,80}\s{0,20}(?:\([^)]{0,20}\))?\s{0,20}(=)?/i;

/** What follows the first place where the name stands for itself, and is no beginning of a longer one. */
function textBehind(name: string, text: string): string | undefined {
  const [plain, wanted] = [text.toUpperCase(), name.toUpperCase()];
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, at + 1)) {
    const behind = text.slice(at + name.length, at + name.length + 250);
    if (/^\s/.test(behind)) return behind;
  }
  return undefined;
}

type Unknown = ReadonlyArray<{ actual: string; hasDefault: boolean | undefined }>;

function lineOf(procedure: string, exists: boolean, names: ParameterNames, unknown: Unknown): string {
  if (!exists) return `${procedure}: not in this version, or this login may not EXECUTE it`;
  const listed = (hint: string, parameters: Unknown) =>
    parameters.length === 0 ? "" : `; not filled, ${hint}: ${parameters.map(({ actual }) => actual).join(", ")}`;
  return [
    `${procedure}: ${Object.keys(names).length} parameters known`,
    listed(
      "its default does",
      unknown.filter((parameter) => parameter.hasDefault === true),
    ),
    listed(
      "its default must do",
      unknown.filter((parameter) => parameter.hasDefault === undefined),
    ),
    listed(
      "and it has no default",
      unknown.filter((parameter) => parameter.hasDefault === false),
    ),
  ].join("");
}
