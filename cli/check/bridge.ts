/** The way to the ERP: does the bridge answer, signed, of this contract, and what does it show of the last hour? */
import type { ErpAccess } from "../../lib/app/erp-access.ts";
import { bridgeErp } from "../../lib/erp/bridge/client.ts";
import { CONTRACT } from "../../lib/erp/bridge/contract-version.ts";
import { post } from "../../lib/erp/bridge/post.ts";
import type { Http } from "../../lib/runtime/http.ts";
import { type Checked, checked, type Finding, fail, look, ok, skipped } from "./findings.ts";
import { listenOn } from "./line.ts";
import { type Network, networkOf } from "./network.ts";
import { findingOf, troubleOf } from "./trouble.ts";

type BridgeParts = { http: Http; network: Network; now: () => number; unique: () => string };

const HOUR = 3_600_000;
const TIMEOUT_MS = 20_000;
const NO_WORDS = { said: () => undefined, refusal: () => undefined };

export async function checkBridge(access: ErpAccess | undefined, parts: BridgeParts): Promise<Checked> {
  if (access === undefined)
    return checked("bridge", [look("ERP", "none is configured: a run on this machine plays one")]);
  if (access.kind === "pull")
    return checked("bridge", [
      ok("ERP", access.name),
      skipped("bridge", "it fetches its work, and cannot be called: kojarz status shows whether it does"),
    ]);
  const { baseUrl } = access;
  const reached = await networkOf(baseUrl, parts.network, parts.now());
  if (reached.some(({ state }) => state === "fail")) return checked("bridge", [ok("ERP", access.name), ...reached]);
  return checked("bridge", [ok("ERP", access.name), ...reached, ...(await asked(access, parts))]);
}

type Called = Extract<ErpAccess, { kind: "bridge" }>;

async function asked({ baseUrl, secrets, name }: Called, { http, now, unique }: BridgeParts): Promise<Finding[]> {
  const line = listenOn(http, now);
  const io = { baseUrl, secrets, http: line.http, unique };
  const posted = await post(io, "read", { erpIds: [] }, TIMEOUT_MS);
  if (posted.kind !== "signed") {
    const last = line.last();
    // Whoever answers and is not the bridge, or has another secret.
    if (!last) return [findingOf("bridge", troubleOf(posted.cause, last, NO_WORDS))];
    if (last.status === 401) return [fail("bridge", "HTTP 401: it does not know our signature", SECRETS)];
    const trouble = troubleOf(posted.cause, last, NO_WORDS);
    return [trouble.kind === "unexpected" ? fail("bridge", trouble.says, SECRETS) : findingOf("bridge", trouble)];
  }
  const findings = [contractOf(posted.contract)];
  if (posted.status !== 200)
    return [...findings, fail("bridge", `it answers ${posted.status}: ${saidIn(posted.body)}`)];
  return [...findings, ok("bridge", "answers, signed"), await listed(bridgeErp({ name, ...io, now }), now())];
}

const SECRETS = {
  pl: "Sekret po obu stronach musi być ten sam: secrets w konfiguracji Kojarza i KOJARZ_BRIDGE_SECRET mostu.",
  en: "The secret has to be the same on both sides: secrets of Kojarz's configuration, and KOJARZ_BRIDGE_SECRET of the bridge.",
};

function contractOf(version: number): Finding {
  return version >= CONTRACT
    ? ok("contract", `version ${version}`)
    : look("contract", `version ${version}, Kojarz speaks ${CONTRACT}`, {
        pl: "Zainstaluj nowszy most (bridge): to, czego starszy nie przeniesie, czeka na człowieka.",
        en: "Install a newer bridge: what the older one cannot carry waits for a person.",
      });
}

/** The newest ERP orders: that it can list them shows that it reads the database. */
async function listed(erp: ReturnType<typeof bridgeErp>, now: number): Promise<Finding> {
  try {
    const { orders } = await erp.list(now - HOUR);
    return ok("database", `read: ${orders.length} ERP orders of the last hour`);
  } catch (error) {
    return fail("database", error instanceof Error ? error.message : String(error));
  }
}

function saidIn(body: unknown): string {
  const { error, detail } = (body ?? {}) as { error?: unknown; detail?: unknown };
  return [error, detail].filter((one) => typeof one === "string").join(": ");
}
