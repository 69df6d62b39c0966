/**
 * A database of the suite's own on the engine that `KOJARZ_TDS` names, and the bridge's ERP on it through its own driver.
 *
 * `KOJARZ_TDS=mssql://login:password@host:port`: a login that may create databases. `?encrypt=true` encrypts.
 */
import { randomBytes } from "node:crypto";
import sql from "mssql";
import { type DatabaseSettings, mssqlExecutor } from "../../../bridge/wapro/mssql.ts";
import { type Probed, probe } from "../../../bridge/wapro/probe.ts";
import type { SubmitDeps } from "../../../bridge/wapro/submit.ts";
import { warsawTime } from "../../../bridge/wapro/time.ts";
import { waproErp } from "../../../bridge/wapro/wapro.ts";
import { settings } from "../wapro-world.ts";
import { type EngineFault, schemaFor } from "./wapro-schema.ts";

export const ENGINE = process.env.KOJARZ_TDS;

type Rows = Array<Record<string, unknown>>;

export type Engine = {
  /** As the engine calls itself, in one line. */
  version: string;
  isBabelfish: boolean;
  database: DatabaseSettings;
  /** A clock that is with the server's, whatever its time zone. */
  now: () => number;
  /** One batch, as the login that made the database. */
  run(text: string): Promise<Rows>;
  /** On a connection of its own, in a transaction that the caller ends. */
  begin(text: string): Promise<{ end(how: "committed" | "rolled back"): Promise<void> }>;
  faults(...names: EngineFault[]): Promise<void>;
  /** How many confirmed orders carry the id. */
  countOf(order: string): Promise<number>;
  drop(): Promise<void>;
};

/** @throws where the engine cannot be reached, or refuses the schema */
export async function openEngine(url: string): Promise<Engine> {
  const server = serverOf(url);
  const name = `kojarz_${randomBytes(4).toString("hex")}`;
  const master = await poolOf({ ...server, database: "master" }).connect();
  await master.request().batch(`CREATE DATABASE ${name}`);
  const database = { ...server, database: name };
  const pool = await poolOf(database).connect();
  const run = async (text: string): Promise<Rows> => {
    const { recordset } = await pool.request().batch(text);
    return recordset ?? [];
  };
  for (const text of schemaFor(settings.warehouse)) await run(text);
  const [about] = await run("SELECT @@VERSION AS version, CONVERT(varchar(23), GETDATE(), 126) AS now");
  const aheadMs = Date.parse(`${about?.now}Z`) - Date.parse(`${warsawTime(Date.now())}Z`);
  const version = String(about?.version).split("\n").at(-1) ?? "";
  return {
    version,
    isBabelfish: String(about?.version).includes("Babelfish"),
    database,
    now: () => Date.now() + aheadMs,
    run,
    async begin(text) {
      const transaction = pool.transaction();
      await transaction.begin();
      await transaction.request().batch(text);
      return { end: (how) => (how === "committed" ? transaction.commit() : transaction.rollback()) };
    },
    async faults(...names) {
      await run("DELETE FROM dbo.KOJARZ_FAULT");
      for (const fault of names) await run(`INSERT INTO dbo.KOJARZ_FAULT (NAME) VALUES ('${fault}')`);
    },
    async countOf(order) {
      const [row] = await run(
        `SELECT COUNT(*) AS orders FROM dbo.ZAMOWIENIE WHERE POLE7 = 'kojarz:${order}' AND NUMER <> ''`,
      );
      return Number(row?.orders);
    },
    async drop() {
      await pool.close();
      await master.request().batch(`DROP DATABASE ${name}`);
      await master.close();
    },
  };
}

/** @param over where the database is reached otherwise, by another login or through a line */
export async function openBridgeOn(engine: Engine, over: Partial<DatabaseSettings> = {}) {
  const notes: string[] = [];
  const { now } = engine;
  const executor = await mssqlExecutor({ ...engine.database, ...over }, (line) => notes.push(line), now);
  const probed: Probed = await probe(executor.run, settings);
  if (!probed.wapro) throw new Error(`the probe found missing: ${probed.missing.join(", ")}`);
  const deps: SubmitDeps = { executor, wapro: probed.wapro, settings, now, note: (line) => notes.push(line) };
  return { erp: waproErp("wapro", deps), deps, notes, close: () => executor.close() };
}

function serverOf(url: string): Omit<DatabaseSettings, "database"> {
  const { hostname, port, username, password, searchParams } = new URL(url);
  return {
    server: hostname,
    port: Number(port || 1433),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    encrypt: searchParams.get("encrypt") === "true",
    trustServerCertificate: true,
  };
}

function poolOf({ encrypt, trustServerCertificate, port, instance: _, ...server }: DatabaseSettings) {
  return new sql.ConnectionPool({
    ...server,
    ...(port !== undefined && { port }),
    pool: { max: 4 },
    options: { encrypt, trustServerCertificate },
  });
}
