import { describe, expect, test } from "vitest";
import { phpValue } from "../../../lib/channels/shared/php-text.ts";

describe("PHP's own text of a value is read", () => {
  test.each([
    ["N;", null],
    ["b:1;", true],
    ["i:-5;", -5],
    ["d:0.5;", 0.5],
    ['s:6:"KRA01M";', "KRA01M"],
    ['s:7:"Łódź";', "Łódź"],
    ['s:4:"a";b";', 'a";b'],
    ["a:0:{}", {}],
    ['a:2:{i:0;s:1:"a";s:3:"key";a:1:{i:5;b:0;}}', { 0: "a", key: { 5: false } }],
    ['O:8:"stdClass":1:{s:1:"a";i:1;}', { a: 1 }],
    ['O:1:"A":1:{s:4:"\0A\0b";i:1;}', { b: 1 }],
    ['a:1:{s:9:"__proto__";i:1;}', JSON.parse('{"__proto__":1}')],
  ])("%j", (text, value) => expect(phpValue(text)).toEqual(value));

  test("makes no object of a class, and changes no prototype", () => {
    const value = phpValue('a:1:{s:9:"__proto__";a:1:{s:8:"polluted";i:1;}}');
    expect(Object.hasOwn(value as object, "__proto__")).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

test.each([
  "",
  "KRA01M",
  "a:1:",
  "a:1:{",
  'a:2:{i:0;s:1:"a";}',
  "a:999999:{i:0;",
  's:99:"a";',
  's:-1:"";',
  "i:abc;",
  "i:5;i:6;",
  "R:1;",
  `${"a:1:{i:0;".repeat(40)}i:1;${"}".repeat(40)}`,
  `s:70000:"${"x".repeat(70_000)}";`,
])("what is none, is cut, too large or too deep is nothing: %j", (text) => expect(phpValue(text)).toBeUndefined());
