import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix, win32 } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { pathOf, readVariables } from "../../bridge/files.ts";

describe("a file that a person named", () => {
  test.each([
    ["bridge.json", String.raw`C:\Windows\System32`, String.raw`C:\Windows\System32\bridge.json`],
    [String.raw`D:\kojarz\bridge.json`, String.raw`C:\Windows`, String.raw`D:\kojarz\bridge.json`],
    [String.raw`\\serwer\kojarz\bridge.json`, String.raw`C:\Windows`, String.raw`\\serwer\kojarz\bridge.json`],
    ["C:/ProgramData/kojarz/bridge.json", String.raw`C:\x`, String.raw`C:\ProgramData\kojarz\bridge.json`],
    [
      String.raw`"C:\Program Files\kojarz\bridge.json" `,
      String.raw`C:\x`,
      String.raw`C:\Program Files\kojarz\bridge.json`,
    ],
    [String.raw`..\bridge.json`, String.raw`C:\kojarz\app`, String.raw`C:\kojarz\bridge.json`],
  ])("on Windows, %s seen from %s is %s", (name, folder, path) => {
    expect(pathOf(name, folder, win32)).toBe(path);
  });

  test.each([
    ["bridge.json", "/opt/kojarz", "/opt/kojarz/bridge.json"],
    ["/etc/kojarz/bridge.json", "/opt", "/etc/kojarz/bridge.json"],
  ])("elsewhere, %s seen from %s is %s", (name, folder, path) => {
    expect(pathOf(name, folder, posix)).toBe(path);
  });
});

test.each([
  ["UTF-8", "utf8"],
  ["UTF-16, as Notepad and PowerShell write it", "utf16le"],
] as const)("a file of variables is read in %s, with Windows' line ends", async (_, encoding) => {
  const folder = await mkdtemp(join(tmpdir(), "kojarz-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "bridge.env");
  const text =
    "\uFEFFKOJARZ_BRIDGE_SECRET='whsec_eA== whsec_eQ=='\r\n# a comment\r\nKOJARZ_BRIDGE_SQL_PASSWORD=made-up\r\n";
  await writeFile(file, Buffer.from(text, encoding));
  expect(await readVariables(file)).toEqual({
    KOJARZ_BRIDGE_SECRET: "whsec_eA== whsec_eQ==",
    KOJARZ_BRIDGE_SQL_PASSWORD: "made-up",
  });
});
