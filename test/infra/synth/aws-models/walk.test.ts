/** How a request is compared with a model, and what a model is too old to know: with models of a few lines. */
import { expect, test } from "vitest";
import { added } from "./newer.ts";
import { walked } from "./walk.ts";

const model = {
  operations: { Put: { input: { shape: "PutRequest" } } },
  shapes: {
    PutRequest: {
      type: "structure",
      required: ["Name"],
      members: { Name: { shape: "Name" }, Tags: { shape: "Tags" } },
    },
    Name: { type: "string", min: 2, max: 3, pattern: "[a-z]+|[^\\x00-\\x7F]+" },
    Tags: { type: "map", max: 1, key: { shape: "Word" }, value: { shape: "Numbers" } },
    Word: { type: "string", enum: ["left", "right"] },
    Numbers: { type: "list", min: 1, member: { shape: "Number" } },
    Number: { type: "integer", min: 0 },
  },
};

test.each([
  [{ Name: "abc", Tags: { left: [1] } }, []],
  [{ name: "abc" }, []],
  [{}, ["Put has no Name"]],
  [{ Name: 1 }, ["Put.Name is no string"]],
  [{ Name: "a" }, ["Put.Name is less than 2"]],
  [{ Name: "abcd" }, ["Put.Name is more than 3"]],
  [{ Name: "ab1" }, ["Put.Name is ab1, not [a-z]+|[^\\x00-\\x7F]+"]],
  [{ Name: "ab", Colour: 1 }, ["Put knows no Colour"]],
  [{ Name: "ab", Tags: { up: [1] } }, ["Put.Tags, the key up, is up, none of left right"]],
  [{ Name: "ab", Tags: { left: [1], right: [2] } }, ["Put.Tags is more than 1"]],
  [{ Name: "ab", Tags: { left: [] } }, ["Put.Tags.left is less than 1"]],
  [{ Name: "ab", Tags: { left: [0, -1, 1.5] } }, ["Put.Tags.left[1] is less than 0", "Put.Tags.left[2] is no integer"]],
])("%j: %j", (input, violations) => {
  expect(walked(model, "Put", input).violations).toEqual(violations);
});

test("each constraint that is looked at is counted, whether it holds or not", () => {
  // The structure, that it has a name, that it may; of the name its type, both lengths and the pattern.
  expect(walked(model, "Put", { Name: "ab" }).checks).toBe(7);
  expect(walked(model, "Get", {})).toEqual({ checks: 1, violations: ["Get is no operation of the service"] });
});

test("what a model is too old to know is added and named with its source; one that knows it stays as it is", () => {
  const old = { operations: {}, shapes: { Runtime: { type: "string", enum: ["nodejs18.x"] } } };
  const { model: young, newer } = added("lambda", old);
  expect(young.shapes).toMatchObject({ Runtime: { enum: ["nodejs18.x", "nodejs24.x"] } });
  expect(newer).toContainEqual(expect.stringMatching(/^lambda: the runtime nodejs24\.x \(https:\/\/docs\.aws/));
  expect(added("lambda", young).newer).toEqual([]);
});
