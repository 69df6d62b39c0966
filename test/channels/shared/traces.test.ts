import { expect, test } from "vitest";
import { saysAllegro, tracesIn } from "../../../lib/channels/shared/shop-keys.ts";
import { expectLinear } from "../../support/cpu.ts";

test.each([
  ["[Allegro: kupujacy1]", true],
  ["notatka [ALLEGRO:login] dalej", true],
  ["[allegro:]", false],
  ["allegro: login", false],
])("%s says Allegro: %s", (note, says) => expect(saysAllegro({ note })).toBe(says));

test.each(["[allegro:", "[allegro:a", "1b2c3d4e-", "01234567-89ab-1", " \n", "[[[["])(
  "a note of nothing but %j costs no more than its length, and one of a megabyte little",
  (piece) => {
    expectLinear(15_000, (bytes) => {
      const note = piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);
      return [saysAllegro({ note }), tracesIn({ note })];
    });
  },
);
