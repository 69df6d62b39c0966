/** The bridge's own configuration: a JSON file, and the two secrets from the environment. */
import * as z from "zod/mini";
import { configErrorsOf } from "../lib/core/config-errors.ts";
import { anyBoolean, anyText, filledText, optionalFilledText } from "../lib/core/schemas.ts";
import { HttpsUrl } from "../lib/erp/bridge/https-url.ts";
import { Secret, type Secrets } from "../lib/erp/bridge/signing.ts";
import { pathOf, readJson, UnusableFile } from "./files.ts";
import type { DatabaseSettings } from "./wapro/mssql.ts";
import { WaproSettings } from "./wapro/settings.ts";

export const BridgeFile = z
  .strictObject({
    /** The same name as `ErpAccess` has in Kojarz. Each database has one, and it never changes. */
    name: filledText,
    /** How SQL Server is reached. The password comes from the environment. */
    database: z.strictObject({
      /** Its host. */
      server: filledText,
      /** Its TCP port. Without it, `instance` is looked up. */
      port: z.optional(z.int().check(z.gte(1), z.lte(65535))),
      /** A named instance. */
      instance: optionalFilledText,
      /** The database of WAPRO. */
      database: filledText,
      /** The login of the bridge. */
      user: filledText,
      /** Encrypts the connection. */
      encrypt: z._default(anyBoolean, true),
      /** Takes a certificate that nobody signed, as SQL Server makes one by itself. */
      trustServerCertificate: z._default(anyBoolean, false),
    }),
    /** What this installation of WAPRO has to be told. */
    wapro: WaproSettings,
    /** Answers a report on shadow mode: which orders others wrote, with their totals and VAT. Off unless it is true. */
    shadow: z._default(anyBoolean, false),
    /** Lets Kojarz call the bridge, behind a tunnel or a VPN that encrypts: orders hold personal data. */
    listen: z.optional(
      z.strictObject({
        /** The address to listen on. */
        host: z._default(anyText, "127.0.0.1"),
        /** The port to listen on. */
        port: z.int().check(z.gte(1), z.lte(65535)),
      }),
    ),
    /** Fetches work instead of being called. */
    pull: z.optional(
      z.strictObject({
        /** The address of Kojarz's API with `/bridge` behind it. HTTPS, except on this machine. */
        baseUrl: HttpsUrl,
        /** Milliseconds between two questions for work. */
        everyMs: z._default(z.int().check(z.gte(200), z.lte(60_000)), 1_000),
        /** How many pieces of work are done at once. */
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

/**
 * @param name of the file, from the command line
 * @throws BridgeConfigError
 */
export async function readBridgeConfig(
  env: Readonly<Record<string, string | undefined>>,
  name = env.KOJARZ_BRIDGE_CONFIG ?? "bridge.json",
): Promise<BridgeConfig> {
  const environment = Environment.safeParse(env);
  const file = await fileOf(pathOf(name));
  if (!environment.success || "mistakes" in file)
    throw new BridgeConfigError([
      ...(environment.error ? configErrorsOf(environment.error) : []),
      ...("mistakes" in file ? file.mistakes : []),
    ]);
  const { KOJARZ_BRIDGE_SQL_PASSWORD: password, KOJARZ_BRIDGE_SECRET: secrets } = environment.data;
  return { ...file, database: { ...file.database, password }, secrets };
}

async function fileOf(path: string): Promise<z.infer<typeof BridgeFile> | { mistakes: string[] }> {
  try {
    const file = BridgeFile.safeParse(await readJson(path));
    return file.success ? file.data : { mistakes: configErrorsOf(file.error) };
  } catch (cause) {
    if (cause instanceof UnusableFile) return { mistakes: [cause.message] };
    throw cause;
  }
}
