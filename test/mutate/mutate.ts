/** Runs seeded defects: applied to a copy, tested there by the tests that have to notice, taken back. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createVitest, type Vitest } from "vitest/node";

type Edit = { file: string; find: string; replace: string };

export type Mutation = {
  /** What is wrong with it, in the words of the rule that it breaks. */
  name: string;
  /** More than one where two guards stand for one rule. */
  edits: readonly Edit[];
  /** One of them has to fail. */
  tests: readonly string[];
};

export type Mutated = {
  killed: number;
  /** No test noticed. */
  survived: string[];
  /** It no longer applies: the code was changed, and the defect has to be written anew. */
  misfits: string[];
  seconds: number;
};

const ROOT = resolve(import.meta.dirname, "../..");

export async function mutateAll(mutations: readonly Mutation[], say: (line: string) => void): Promise<Mutated> {
  const startedAt = performance.now();
  const tree = copyOfTree();
  const tests = new Set(mutations.flatMap((mutation) => mutation.tests));
  const vitest = await createVitest({
    root: tree,
    watch: false,
    maxWorkers: 1,
    bail: 1,
    silent: true,
    reporters: [{}],
  });
  const result: Mutated = { killed: 0, survived: [], misfits: [], seconds: 0 };
  try {
    const unbroken = await failing(vitest, [...tests]);
    if (unbroken.length > 0) throw new Error(`tests fail without any defect: ${unbroken.join(", ")}`);
    for (const mutation of mutations) await mutate(mutation, tree, vitest, result, say);
  } finally {
    await vitest.close();
    rmSync(tree, { recursive: true, force: true });
  }
  result.seconds = Math.round((performance.now() - startedAt) / 1000);
  const { killed, survived, misfits, seconds } = result;
  say(
    `mutations=${mutations.length} killed=${killed} survived=${survived.length} misfits=${misfits.length} seconds=${seconds}`,
  );
  return result;
}

async function mutate(
  { name, edits, tests }: Mutation,
  tree: string,
  vitest: Vitest,
  result: Mutated,
  say: (line: string) => void,
): Promise<void> {
  const texts = new Map(edits.map(({ file }) => [file, readFileSync(join(tree, file), "utf8")]));
  const broken = brokenBy(edits, texts);
  if (typeof broken === "string") {
    result.misfits.push(`${name}: ${broken}`);
    return say(`! ${name}: ${broken}`);
  }
  const write = (all: ReadonlyMap<string, string>) => {
    for (const [file, text] of all) {
      writeFileSync(join(tree, file), text);
      vitest.invalidateFile(join(tree, file));
    }
  };
  write(broken);
  const failed = await failing(vitest, tests);
  write(texts);
  if (failed.length > 0) {
    result.killed += 1;
    return say(`  ${name}: ${failed[0]}`);
  }
  result.survived.push(name);
  say(`! ${name}: no test of ${tests.join(", ")} noticed`);
}

/** @returns the files with the defect, or why it cannot be put there */
export function brokenBy(
  edits: readonly Edit[],
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> | string {
  const broken = new Map(texts);
  for (const { file, find, replace } of edits) {
    const text = broken.get(file) ?? "";
    const times = text.split(find).length - 1;
    if (times !== 1) return `${file} has its text ${times} times`;
    broken.set(
      file,
      text.replace(find, () => replace),
    );
  }
  for (const [file, text] of broken)
    try {
      stripTypeScriptTypes(text);
    } catch (cause) {
      return `${file} is no code any more: ${cause instanceof Error ? cause.message : cause}`;
    }
  return broken;
}

/** The tests that failed, by their names; the file's where it could not even be loaded. */
async function failing(vitest: Vitest, files: readonly string[]): Promise<string[]> {
  const all = await vitest.globTestSpecifications();
  const specs = all.filter(({ moduleId }) => files.some((file) => moduleId.endsWith(`/${file}`)));
  if (specs.length < files.length) throw new Error(`one of these is no test: ${files.join(", ")}`);
  // It tells of every file that was ever run, with what it came to last.
  const { testModules } = await vitest.runTestSpecifications(specs);
  const ran = new Set(specs.map(({ moduleId }) => moduleId));
  return testModules.flatMap((module) => {
    if (module.ok() || !ran.has(module.moduleId)) return [];
    const tests = [...module.children.allTests("failed")].map((test) => test.fullName);
    return tests.length > 0 ? tests : [module.moduleId];
  });
}

/** What tests need, as it stands here; the installed packages are linked. */
function copyOfTree(): string {
  const tree = mkdtempSync(join(tmpdir(), "kojarz-mutate-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: ROOT, encoding: "utf8" });
  for (const file of files.split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(ROOT, file), join(tree, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"));
  return tree;
}
