/** The packages of others that a bundle holds, with the licences under which they may be passed on. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";

export type ThirdParty = { name: string; version: string; license: string; text: string };

/** They ask for their own text to be passed on, and for nothing of ours. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "Unlicense",
]);

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z.optional(z.union([z.string(), z.object({ name: z.string() })])),
});

/**
 * @param inputs the bundled files, relative to `root`, with `/` between folders
 * @throws where a package has a licence that is not on the list, or no licence text
 */
export async function packagesOf(inputs: readonly string[], root: string): Promise<ThirdParty[]> {
  const folders = new Set(inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []));
  const packages = await Promise.all([...folders].map((folder) => packageIn(join(root, folder))));
  return packages.toSorted((a, b) => a.name.localeCompare(b.name));
}

async function packageIn(folder: string): Promise<ThirdParty> {
  const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
  const { name, version, license } = manifest;
  if (!ALLOWED.has(license)) throw new Error(`${name} has the licence ${license}, which may not go into the archive`);
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)(\.|-|$)/i.test(entry));
  const text = file === undefined ? textByAuthor(manifest) : await readFile(join(folder, file), "utf8");
  return { name, version, license, text };
}

/** Some packages name their licence and ship no text of it. */
function textByAuthor({ name, license, author }: z.infer<typeof Manifest>): string {
  if (license !== "MIT" || author === undefined) throw new Error(`${name} has no licence text`);
  return `Copyright (c) ${typeof author === "string" ? author : author.name}\n\n${MIT}`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

export function thirdPartyText(packages: readonly ThirdParty[]): string {
  const parts = packages.map(
    ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}\n`,
  );
  return ["What others wrote of this program, and under which licence.\n", ...parts].join(`\n${"-".repeat(80)}\n\n`);
}
