/** The bridge's own configuration: a JSON file, and the two secrets from the environment. */
import * as z from "zod";
import { HttpsUrl } from "./https-url.ts";
import { readJson, UnusableFile } from "./json-file.ts";
import { Secret, type Secrets } from "./signing.ts";
import type { DatabaseSettings } from "./wapro/mssql.ts";
import { WaproSettings } from "./wapro/settings.ts";

const BridgeFile = z
  .strictObject({
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
  })
  .refine(({ listen, pull }) => listen !== undefined || pull !== undefined, "neither listen nor pull is there");

/** As `openssl rand -base64 24` makes them, or longer. */
const LongSecret = Secret.min("whsec_".length + 32);

const Environment = z.object({
  KOJARZ_BRIDGE_SQL_PASSWORD: z.string().min(1),
  /** One, or two with a space between while one is being replaced. */
  KOJARZ_BRIDGE_SECRET: z
    .string()
    .transform((text) => text.split(" "))
    .pipe(z.tuple([LongSecret], LongSecret)),
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
    throw new BridgeConfigError([...mistakesOf(environment.error), ...("mistakes" in file ? file.mistakes : [])]);
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

function mistakesOf(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".") || "(top)"}: ${message}`);
}
