import { expect, test } from "vitest";
import * as z from "zod/mini";
import { configErrorsOf } from "../../lib/core/config-errors.ts";

const told = (shape: z.ZodMiniType, value: unknown) =>
  configErrorsOf(shape.safeParse(value).error ?? new z.core.$ZodError([]));

test("a mistake says where it is and what was expected", () => {
  const shape = z.strictObject({ shops: z.array(z.object({ days: z.number() })) });
  expect(told(shape, { shops: [{ days: "14" }], colour: 1 })).toEqual([
    "shops.0.days: Invalid input: expected number, received string",
    '(top): Unrecognized key: "colour"',
  ]);
});
