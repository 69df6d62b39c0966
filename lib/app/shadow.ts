/**
 * Shadow mode: everything runs and is decided, and nothing is written to the ERP or to a platform. These are the parts that
 * a process gets for it. They have no way to write, whatever asks them.
 */
import type { Connection } from "../channels/channel.ts";
import type { Instant } from "../core/order.ts";
import type { Claims } from "../core/ports/claims.ts";
import { type Erp, ErpUnavailable } from "../core/ports/erp.ts";
import type { Modes } from "../core/rules.ts";
import { isInShadow, isKeptInShadow } from "../core/states.ts";
import type { App } from "./parts.ts";

/** Why an order waits that was to be written, or taken back, while its accounts are in shadow mode. */
const IN_SHADOW = "shadow-mode";

/** The parts of a process whose configuration may keep any account in shadow mode. */
export function guardedParts<Parts extends Pick<App, "erp" | "claims" | "config" | "now">>(parts: Parts): Parts {
  return { ...parts, erp: shadowErp(parts.erp, parts.claims, parts.config.mode, parts.now) };
}

/**
 * The ERP, which answers as it does, and writes only what an account reported that is not in shadow mode. What it does not
 * write is put off: it goes once that mode is left.
 */
function shadowErp(erp: Erp, claims: Pick<Claims, "read">, modes: Modes, now: () => Instant): Erp {
  async function isKept(id: string): Promise<boolean> {
    const order = await claims.read(id);
    return order === undefined || isKeptInShadow(order, modes, now());
  }

  return {
    name: erp.name,
    find: (query) => erp.find(query),
    async submit(order, deadline) {
      if (await isKept(order.order)) return { outcome: "rejected", reason: IN_SHADOW, retry: true };
      return erp.submit(order, deadline);
    },
    async cancel(ref, order) {
      if (await isKept(order)) throw new ErpUnavailable(IN_SHADOW);
      return erp.cancel(ref, order);
    },
  };
}

/** A connection for a poll: in shadow mode it cannot tell its platform the ERP's numbers. They are told once it is live. */
export function guardedConnection(connection: Connection, modes: Modes, now: Instant): Connection {
  if (!isInShadow(modes, connection.name, now)) return connection;
  const { writeBack: _, ...channel } = connection.channel;
  return { ...connection, channel };
}
