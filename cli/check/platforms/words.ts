/** Reading what a platform says where it refuses. */
import * as z from "zod/mini";
import { plainLine } from "../../../lib/channels/shared/wire.ts";
import { anyText, textOrNumber } from "../../../lib/core/schemas.ts";
import { type Heard, jsonIn } from "../line.ts";

const LONGEST = 200;

/** The fields of a JSON object that hold texts or numbers, in this order; undefined where none of them is there. */
export function fieldsOf(answer: Heard, ...names: readonly string[]): string | undefined {
  const object = z.looseObject({}).safeParse(jsonIn(answer)).data ?? {};
  return saidIn(names.map((name) => object[name]));
}

/** One line of what is a text or a number among these. */
export function saidIn(values: readonly unknown[]): string | undefined {
  const texts = values.flatMap((value) => {
    const text = textOrNumber.safeParse(value).data;
    return text === undefined || text === "" ? [] : [plainLine(String(text))];
  });
  return texts.length === 0 ? undefined : texts.join(": ").slice(0, LONGEST);
}

/** @returns undefined where the answer is none of this shape */
export function answerOf<T>(shape: z.ZodMiniType<T>, answer: { text: string }): T | undefined {
  return shape.safeParse(jsonIn(answer)).data;
}

export const codeAndMessage = z.object({ code: anyText, message: anyText });
