/** The bridge's own configuration: a JSON file, and the two secrets from the environment. */
import * as z from "zod/mini";
import { mistakesOf } from "../../mistakes.ts";
import { anyBoolean, anyText, filledText, optionalFilledText } from "../../shapes.ts";
import { HttpsUrl } from "./https-url.ts";
import { readJson, UnusableFile } from "./json-file.ts";
import { Secret, type Secrets } from "./signing.ts";
import type { DatabaseSettings } from "./wapro/mssql.ts";
import { WaproSettings } from "./wapro/settings.ts";

const BridgeFile = z
  .strictObject({
    /** The same as Kojarz calls this ERP; the namespace of its order ids. */
    name: filledText,
    database: z.strictObject({
      server: filledText,
      port: z.optional(z.int().check(z.gte(1), z.lte(65535))),
      instance: optionalFilledText,
      database: filledText,
      user: filledText,
      encrypt: z._default(anyBoolean, true),
      trustServerCertificate: z._default(anyBoolean, false),
    }),
    wapro: WaproSettings,
    /** To be called. Behind a tunnel or a VPN that encrypts: orders hold personal data. */
    listen: z.optional(
      z.strictObject({ host: z._default(anyText, "127.0.0.1"), port: z.int().check(z.gte(1), z.lte(65535)) }),
    ),
    /** To fetch work instead. */
    pull: z.optional(
      z.strictObject({
        /** The address of Kojarz's API with `/bridge` behind it. HTTPS, except on this machine. */
        baseUrl: HttpsUrl,
        everyMs: z._default(z.int().check(z.gte(200), z.lte(60_000)), 1_000),
        atOnce: z._default(z.int().check(z.gte(1), z.lte(10)), 2),
      }),
    ),
  })
  .check(
    z.refine(({ listen, pull }) => listen !== undefined || pull !== undefined, "neither listen nor pull is there"),
  );

/** As `openssl rand -base64 24` makes them, or longer. */
const LongSecret = Secret.check(z.minLength("whsec_".length + 32));

const Environment = z.object({
  KOJARZ_BRIDGE_SQL_PASSWORD: filledText,
  /** One, or two with a space between while one is being replaced. */
  KOJARZ_BRIDGE_SECRET: z.pipe(
    z.pipe(
      anyText,
      z.transform((text) => text.split(" ")),
    ),
    z.tuple([LongSecret], LongSecret),
  ),
});

export type BridgeConfig = Omit<z.infer<typeof BridgeFile>, "database"> & {
  database: DatabaseSettings;
  secrets: Secrets;
};

/** `message` names every mistake by its path and no value. */
export class BridgeConfigError extends Error {
  constructor(mistakes: readonly string[]) {
    super(`configuration of the bridge: ${mistakes.join("; ")}`);
    this.name = "BridgeConfigError";
  }
}

/** @throws BridgeConfigError */
export async function readBridgeConfig(env: Readonly<Record<string, string | undefined>>): Promise<BridgeConfig> {
  const environment = Environment.safeParse(env);
  const file = await fileOf(env.KOJARZ_BRIDGE_CONFIG ?? "bridge.json");
  if (!environment.success || "mistakes" in file)
    throw new BridgeConfigError([
      ...(environment.error ? mistakesOf(environment.error) : []),
      ...("mistakes" in file ? file.mistakes : []),
    ]);
  const { KOJARZ_BRIDGE_SQL_PASSWORD: password, KOJARZ_BRIDGE_SECRET: secrets } = environment.data;
  return { ...file, database: { ...file.database, password }, secrets };
}

async function fileOf(path: string): Promise<z.infer<typeof BridgeFile> | { mistakes: string[] }> {
  try {
    const file = BridgeFile.safeParse(await readJson(path));
    return file.success ? file.data : { mistakes: mistakesOf(file.error) };
  } catch (cause) {
    if (cause instanceof UnusableFile) return { mistakes: [cause.message] };
    throw cause;
  }
}
