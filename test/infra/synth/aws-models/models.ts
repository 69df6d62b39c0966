/**
 * AWS's own descriptions of its API, with lengths, ranges, words and patterns, as botocore brings them: Debian's package
 * `python3-botocore`, or whichever botocore the machine's Python finds. Nothing is downloaded.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Model } from "./model.ts";
import { added } from "./newer.ts";

export type Models = {
  /** Of botocore. */
  version: string;
  /** @throws where botocore has no such service */
  of(service: string): Model;
  /** What a model is older than, of the services that were asked for: each with its source. */
  newer(): string[];
};

/** The version, and the folder of its models. */
const ASK = "import botocore, os; print(botocore.__version__); print(os.path.join(botocore.__path__[0], 'data'))";

/** @returns undefined where no botocore is installed */
export function installedModels(): Models | undefined {
  const { status, stdout } = spawnSync("python3", ["-c", ASK], { encoding: "utf8" });
  const [version = "", folder = ""] = status === 0 ? stdout.trim().split("\n") : [];
  return folder === "" ? undefined : modelsIn(folder, version);
}

export const MODELS_MISSING =
  "not validated against AWS's API models: no botocore is installed (Debian: apt-get install python3-botocore)";

function modelsIn(folder: string, version: string): Models {
  const read = new Map<string, { model: Model; newer: string[] }>();
  return {
    version,
    of(service) {
      const known = read.get(service) ?? added(service, modelFrom(join(folder, service)));
      read.set(service, known);
      return known.model;
    },
    newer: () => [...read.values()].flatMap(({ newer }) => newer),
  };
}

/** The newest of a service's versions, which are named by their day. */
function modelFrom(folder: string): Model {
  const path = join(folder, readdirSync(folder).toSorted().at(-1) ?? "");
  const file = readdirSync(path).find((name) => /^service-2\.json(\.gz)?$/.test(name)) ?? "service-2.json";
  const bytes = readFileSync(join(path, file));
  return JSON.parse((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")) as Model;
}
