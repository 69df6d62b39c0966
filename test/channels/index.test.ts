/** The list of channels says what is there: a name that is mistyped in it would be a shop that nobody hears. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { channels } from "../../lib/channels/index.ts";
import { loadChannel } from "../../lib/channels/load.ts";
import { channelNames } from "../../lib/channels/names.ts";

test("every channel is listed under its own name", () => {
  expect(channels.map(({ name }) => name)).toEqual(channelNames);
});

test("every folder is a listed channel, or what they share", () => {
  const folders = readdirSync(join(import.meta.dirname, "../../lib/channels"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(new Set(folders)).toEqual(new Set([...channelNames, "shared"]));
});

test("each channel is loaded alone by its name, and none by another", async () => {
  expect(await Promise.all(channelNames.map(loadChannel))).toEqual(channels);
  expect(await loadChannel("toString")).toBeUndefined();
});
