/** Names, notes and addresses that a shop keeps as HTML. */
import { expect, it } from "vitest";
import { plainLine, plainText } from "../../lib/channels/shared/wire.ts";
import { expectLinear } from "../support/cpu.ts";

it.each([
  ["an entity is its letter", "Kubek &amp; spodek &#8211; bia&#x142;y", "Kubek & spodek – biały"],
  ["a tag is nothing", 'Przelewy24 &#8211; BLIK <img src="https://x.example/a.png">', "Przelewy24 – BLIK"],
  ["an entity is decoded once", "&amp;lt;b&amp;gt;", "&lt;b&gt;"],
  ["what only looks like HTML stays", "Rura 3 < 5 & AT&T; <3 &nieznane;", "Rura 3 < 5 & AT&T; <3 &nieznane;"],
  ["an impossible letter stays as it is written", "&#0; &#xd800; &#9999999;", "&#0; &#xd800; &#9999999;"],
  ["plain text is untouched, blanks and all", "  Kubek   biały ", "  Kubek   biały "],
])("%s", (_, html, text) => {
  expect(plainText(html)).toBe(text);
});

it("lines of a note stay lines, and a name is one line", () => {
  expect(plainText("<p>Proszę</p><p>dzwonić<br />przed dostawą</p>")).toBe("Proszę\ndzwonić\nprzed dostawą");
  expect(plainLine("Kubek<br>biały")).toBe("Kubek biały");
});

it.each(["<", "<a", "<!--", "&", "&#", "<br> \n"])("a text of nothing but %j costs no more than its length", (piece) =>
  expectLinear(4_000, (length) => plainText(piece.repeat(length))),
);
