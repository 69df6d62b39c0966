/** `npm run docs`: writes the pages of `docs/reference/`, whose facts live in code. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generatedPages, ROOT } from "./generated-pages.ts";

for (const { path, text } of await generatedPages()) {
  const file = join(ROOT, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  process.stdout.write(`${path}\n`);
}
