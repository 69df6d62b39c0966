/** What most schemas are made of. Every schema that is built costs time when a function starts: these are built once. */
import * as z from "zod/mini";

export const anything = z.unknown();
export const optionalAnything = z.optional(anything);
export const anyList = z.array(anything);

export const anyText = z.string();
export const textOrNumber = z.union([anyText, z.number()]);
export const optionalText = z.optional(anyText);
export const nullishText = z.nullish(anyText);
export const filledText = z.string().check(z.minLength(1));
export const optionalFilledText = z.optional(filledText);
export const filledTexts = z.array(filledText);

export const anyBoolean = z.boolean();
export const optionalBoolean = z.optional(anyBoolean);

export const anyInt = z.int();
export const optionalInt = z.optional(anyInt);
/** 0, 1, 2 and so on. */
export const naturalInt = z.int().check(z.nonnegative());
export const optionalNaturalInt = z.optional(naturalInt);
export const positiveInt = z.int().check(z.positive());
export const optionalPositiveInt = z.optional(positiveInt);
export const positiveNumber = z.number().check(z.positive());
export const optionalPositiveNumber = z.optional(positiveNumber);

/** The name of an account, in one issuer's namespace: `magento:main`. */
export const AccountName = z.lazy(() =>
  z.string().check(z.regex(/^[a-z0-9]+:[a-z0-9-]+$/, "channel:account, for example woocommerce:main")),
);

const FEWEST_DIFFERENT = 5;

/** How it is said to whoever has to make another secret. */
export const ENOUGH_DIFFERENT = `${FEWEST_DIFFERENT} of them different`;

/** @param secret its characters or bytes: one that repeats a few of them is guessed like a short one */
export function isStrong(secret: Iterable<string | number>, shortest: number): boolean {
  const units = [...secret];
  return units.length >= shortest && new Set(units).size >= FEWEST_DIFFERENT;
}
