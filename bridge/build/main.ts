/** Builds what `npm pack` puts into the archive beside the launcher: all code in one file, and the licences of it. */
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { packagesOf, thirdPartyText } from "./third-party.ts";

const BRIDGE = join(import.meta.dirname, "..");
const ROOT = join(BRIDGE, "..");
const DIST = join(BRIDGE, "dist");

/**
 * The driver loads these at its start and uses them for logins to Azure and for columns that Azure keeps the key of.
 * The bridge logs in with a user and a password. Left in, they are three quarters of the archive.
 */
const UNUSED = /^(@azure\/(identity|core-auth|keyvault-keys)|supports-color)$/;

const withoutUnused: Plugin = {
  name: "without-unused",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: "unused" }));
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

await rm(DIST, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ["bridge/main.ts"],
  outfile: join(DIST, "main.mjs"),
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // What is bundled of CommonJS asks for Node's own modules in its own way.
  banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  plugins: [withoutUnused],
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
await mkdir(DIST, { recursive: true });
await writeFile(join(DIST, "THIRD-PARTY.txt"), thirdPartyText(await packagesOf(Object.keys(metafile.inputs), ROOT)));
await copyFile(join(ROOT, "LICENSE"), join(DIST, "LICENSE"));
