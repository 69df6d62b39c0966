/** The bridge's own configuration: a JSON file, and the two secrets from the environment. */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { HttpsUrl } from "./https-url.ts";
import type { Secrets } from "./signing.ts";
import type { DatabaseSettings } from "./wapro/mssql.ts";
import { WaproSettings } from "./wapro/settings.ts";

const BridgeFile = z.strictObject({
  /** The same as Kojarz calls this ERP; the namespace of its order ids. */
  name: z.string().min(1),
  database: z.strictObject({
    server: z.string().min(1),
    port: z.int().min(1).max(65535).optional(),
    instance: z.string().min(1).optional(),
    database: z.string().min(1),
    user: z.string().min(1),
    encrypt: z.boolean().default(true),
    trustServerCertificate: z.boolean().default(false),
  }),
  wapro: WaproSettings,
  /** To be called. Behind a tunnel or a VPN that encrypts: orders hold personal data. */
  listen: z.strictObject({ host: z.string().default("127.0.0.1"), port: z.int().min(1).max(65535) }).optional(),
  /** To fetch work instead. */
  pull: z
    .strictObject({
      /** The address of Kojarz's API with `/bridge` behind it. HTTPS, except on this machine. */
      baseUrl: HttpsUrl,
      everyMs: z.int().min(200).max(60_000).default(1_000),
      atOnce: z.int().min(1).max(10).default(2),
    })
    .optional(),
});

const Environment = z.object({
  KOJARZ_BRIDGE_CONFIG: z.string().default("bridge.json"),
  KOJARZ_BRIDGE_SQL_PASSWORD: z.string().min(1),
  /** One, or two with a space between while one is being replaced. */
  KOJARZ_BRIDGE_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/=]{32,}(?: whsec_[A-Za-z0-9+/=]{32,})*$/),
});

export type BridgeConfig = Omit<z.infer<typeof BridgeFile>, "database"> & {
  database: DatabaseSettings;
  secrets: Secrets;
};

/** `message` names every mistake by its path and no value. */
export class BridgeConfigError extends Error {
  constructor(mistakes: readonly string[], options?: ErrorOptions) {
    super(`configuration of the bridge: ${mistakes.join("; ")}`, options);
    this.name = "BridgeConfigError";
  }
}

/** @throws BridgeConfigError */
export async function readBridgeConfig(env: Readonly<Record<string, string | undefined>>): Promise<BridgeConfig> {
  const environment = Environment.safeParse(env);
  if (!environment.success) throw mistakes(environment.error);
  const { KOJARZ_BRIDGE_CONFIG, KOJARZ_BRIDGE_SQL_PASSWORD, KOJARZ_BRIDGE_SECRET } = environment.data;
  let content: unknown;
  try {
    content = JSON.parse(await readFile(KOJARZ_BRIDGE_CONFIG, "utf8"));
  } catch (cause) {
    throw new BridgeConfigError(["KOJARZ_BRIDGE_CONFIG: the file cannot be read as JSON"], { cause });
  }
  const file = BridgeFile.safeParse(content);
  if (!file.success) throw mistakes(file.error);
  if (!file.data.listen && !file.data.pull) throw new BridgeConfigError(["neither listen nor pull is there"]);
  const [secret = "", ...more] = KOJARZ_BRIDGE_SECRET.split(" ");
  return {
    ...file.data,
    database: { ...file.data.database, password: KOJARZ_BRIDGE_SQL_PASSWORD },
    secrets: [secret, ...more],
  };
}

function mistakes({ issues }: z.ZodError): BridgeConfigError {
  return new BridgeConfigError(issues.map(({ path, message }) => `${path.join(".") || "(top)"}: ${message}`));
}
