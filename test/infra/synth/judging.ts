/** What the rules are made of. */
import { type Graph, type Made, ofType, physicalName } from "./graph.ts";

/** Each rule names what breaks it; none compares with an earlier output. */
export type Check = {
  rule: string;
  mistakes(graph: Graph): string[];
  /** Where AWS says so, of what no model of its API holds. */
  source?: string;
};

export type Values = Record<string, unknown>;

export const each = (made: readonly Made[], judge: (one: Made) => string | undefined): string[] =>
  made.flatMap((one) => {
    const mistake = judge(one);
    return mistake === undefined ? [] : [`${one.name}: ${mistake}`];
  });

export const environmentOf = ({ inputs }: Made): Values =>
  (inputs.environment as { variables?: Values } | undefined)?.variables ?? {};

export const asList = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : []);

export function differences(inputs: Values | undefined, wanted: Values): string | undefined {
  const wrong = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(inputs?.[name]) !== JSON.stringify(value),
  );
  return wrong.length > 0
    ? wrong.map(([name]) => `${name} is ${JSON.stringify(inputs?.[name])}`).join(", ")
    : undefined;
}

/** What an ARN, or a name, stands for: it is the ARN's end. */
export function found(graph: Graph, type: Parameters<typeof ofType>[1], arn: unknown): Made | undefined {
  return ofType(graph, type).find((made) => {
    const name = physicalName(made);
    return arn === name || [":", "/"].some((before) => String(arn).endsWith(`${before}${name}`));
  });
}
