/** Which ERP, and how it is reached: the secret `ErpAccess` of a deployment, `erp` of a configuration file. */
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod/mini";
import type { Instant } from "../core/order.ts";
import type { Erp, ErpWatch } from "../core/ports/erp.ts";
import { present } from "../core/writes.ts";
import { type Breaker, breaker } from "../delivery/breaker.ts";
import { HttpsUrl } from "../erp/bridge/https-url.ts";
import type { PullEnd } from "../erp/bridge/outbox.ts";
import { Secret } from "../erp/bridge/signing.ts";
import type { Http } from "../runtime/http.ts";
import type { Table } from "../store/table.ts";

const shared = {
  /** The namespace of the ERP's order ids: one name for each database, never changed. */
  name: z.string().check(z.regex(/^[a-z0-9-]+$/, "small letters, digits and dashes")),
  /** `whsec_` and base64. The first signs; several while one is being replaced. */
  secrets: z.tuple([Secret], Secret),
};

/** How the ERP is reached: the secret `ErpAccess`. */
export const ErpAccess = z.lazy(() =>
  z.discriminatedUnion("kind", [
    /** A bridge beside the database, called over HTTPS: a function usually cannot reach a database in an office. */
    z.strictObject({
      kind: z.literal("bridge"),
      ...shared,
      /** The bridge's address: HTTPS, except on this machine. */
      baseUrl: HttpsUrl,
    }),
    /** The same bridge where nobody can call it: it fetches its work from `/bridge` of Kojarz's own API. */
    z.strictObject({ kind: z.literal("pull"), ...shared }),
  ]),
);
export type ErpAccess = z.infer<typeof ErpAccess>;

export type ErpIo = { http: Http; now: () => Instant; unique: () => string; table: Table };

/** `pull`: what the bridge is answered when it asks for work; absent where it is called. */
export type Reached = { erp: Erp & ErpWatch; pull?: PullEnd };

/** Behind one breaker for as long as this process lives. */
export function guarded({ erp, pull }: Reached, now: () => Instant): Breaker & { watch: ErpWatch; pull?: PullEnd } {
  return present({ ...breaker(erp, now), watch: erp, pull });
}

/** Each way is loaded only where it is taken. */
export async function erpFrom(access: ErpAccess, { table, ...io }: ErpIo): Promise<Reached> {
  const { name, secrets } = access;
  if (access.kind === "bridge") {
    const { bridgeErp } = await import("../erp/bridge/client.ts");
    return { erp: bridgeErp({ name, secrets, baseUrl: access.baseUrl, ...io }) };
  }
  const { outboxErp, pullHandlers } = await import("../erp/bridge/outbox.ts");
  const { dynamoOutbox } = await import("../store/dynamo-outbox.ts");
  const { now, unique } = io;
  const outbox = dynamoOutbox(table, name);
  return {
    erp: outboxErp({ name, outbox, now, unique, wait: (ms) => wait(ms) }),
    pull: { secrets, handlers: pullHandlers(outbox, now, unique) },
  };
}
