import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderBodies } from "../../local/folder-bodies.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-bodies-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a body is kept byte for byte, for its owner alone, and may be stored again", async () => {
  const bodies = folderBodies(folder);
  const body = Buffer.from([0, 255, 10]);
  await bodies.put("woocommerce/main/abc", body);
  expect(await bodies.put("woocommerce/main/abc", body)).toBe("woocommerce/main/abc");
  const path = join(folder, "woocommerce/main/abc");
  expect(await readFile(path)).toEqual(body);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, "woocommerce/main"))).toEqual(["abc"]);
});

test("a name cannot leave the folder", async () => {
  await expect(folderBodies(folder).put("../outside", Buffer.alloc(1))).rejects.toThrow("leaves the folder");
});
