/** The acting side of an operator's surface: one action, and what came of it. */
import { cancelled, dismissed, released, retried } from "../core/actions.ts";
import { problemsOf } from "../core/config-errors.ts";
import { DISMISSED } from "../core/held.ts";
import { declaredReason, type Raiser } from "../core/held-reasons.ts";
import type { Order } from "../core/order.ts";
import { DAY } from "../core/order.ts";
import { merged, unlinked } from "../core/two-orders.ts";
import { type ActParts, type Asked, actOnce, refusal, told } from "./acting.ts";
import { type Acted, Action } from "./actions.ts";
import type { Text } from "./answers.ts";
import { done } from "./entered-by-hand.ts";
import { forget } from "./forget.ts";
import { redrive, retryAll } from "./redrive.ts";
import { lookAtSoon, releaseReport, reprocess, reread, sendAgain } from "./reports.ts";

export type { ActParts } from "./acting.ts";

/** @param asked an `Action` as JSON, from a page or a terminal */
export async function act(parts: ActParts, asked: unknown): Promise<Acted> {
  const action = Action.safeParse(asked);
  if (!action.success)
    return {
      ...refusal("not-an-action"),
      fields: problemsOf(action.error).map(({ path, problem }) => `${path}: ${problem}`),
    };
  return carryOut({ ...action.data, request: action.data.request ?? parts.unique() }, parts);
}

const NEXT = {
  forwarded: {
    pl: "Zamówienie idzie teraz do ERP. Sprawa zamknie się sama, gdy ERP je przyjmie.",
    en: "The order goes to the ERP now. The case closes by itself once the ERP has taken it.",
  },
  nothing: { pl: "Nic więcej nie trzeba robić.", en: "Nothing more has to be done." },
  cancelled: {
    pl: "Jeśli zamówienie jest w ERP, Kojarz anuluje je tam teraz; jeśli ERP odmówi, powstanie sprawa.",
    en: "Where the order is in the ERP, Kojarz cancels it there now; where the ERP refuses, a case is opened.",
  },
  merged: {
    pl: "Kolejne zgłoszenia obu źródeł trafią do zamówienia, które zostało.",
    en: "Further reports of both sources come to the order that stayed.",
  },
  unlinked: {
    pl: "Odłączone zgłoszenie jest teraz osobnym zamówieniem i idzie do ERP. Oba pozostają rozdzielone.",
    en: "The report is an order of its own now and goes to the ERP. The two stay set apart.",
  },
} as const satisfies Record<string, Text>;

async function carryOut(asked: Asked, parts: ActParts): Promise<Acted> {
  switch (asked.do) {
    case "retry":
      return asked.reason !== undefined ? retryAll(asked, asked.reason, retry, parts) : retry(asked, parts);
    case "release":
      return release(asked, parts);
    case "done":
      return done(asked, parts);
    case "dismiss":
      return dismiss(asked, parts);
    case "merge":
      return merge(asked, parts);
    case "unlink":
      return unlink(asked, parts);
    case "cancel":
      return cancel(asked, parts);
    case "redrive":
      return redrive(asked, parts);
    case "reread":
      return reread(asked, parts);
    case "reprocess":
      return reprocess(asked, parts);
    case "forget":
      return forget(asked, parts);
    default:
      return asked satisfies never;
  }
}

async function retry(asked: Asked, parts: ActParts): Promise<Acted> {
  const target = "order" in asked || "case" in asked ? asked : {};
  let report = false;
  const written = await actOnce(
    asked,
    target,
    ({ order, held }, doing) => {
      report = order === undefined || isAside(order, held?.reason);
      return order && !report ? { ruling: retried(order, doing) } : { ruling: { is: "already" } };
    },
    parts,
  );
  if (report && written.is === "already" && !written.moved) return sendAgain(asked, parts);
  if (written.is === "written") await lookAtSoon(written, parts);
  return told(asked, written, NEXT.forwarded, parts);
}

/** The case is about a report that was not taken in, and not about the order that it may be of. */
function isAside({ state, reason }: Order, of: string | undefined): boolean {
  return of !== undefined && !(state === "held" && reason === of) && !isOfErp(of);
}

const OF_ERP: ReadonlySet<Raiser> = new Set(["bridge", "delivery", "erp"]);

/** An order is held for it, never a report. */
function isOfErp(reason: string): boolean {
  const by = declaredReason(reason)?.by;
  return by === undefined ? reason.startsWith("erp-") : OF_ERP.has(by);
}

async function release(asked: Asked & { do: "release" }, parts: ActParts): Promise<Acted> {
  let report = false;
  const written = await actOnce(
    asked,
    asked,
    ({ order, held }, doing) => {
      report = order === undefined || (asked.order === undefined && isAside(order, held?.reason));
      return order && !report ? { ruling: released(order, doing) } : { ruling: { is: "already" } };
    },
    parts,
  );
  if (report && written.is === "already" && !written.moved) return releaseReport(asked, parts);
  if (written.is === "written") await lookAtSoon(written, parts);
  return told(asked, written, NEXT.forwarded, parts);
}

async function dismiss(asked: Asked & { do: "dismiss" }, parts: ActParts): Promise<Acted> {
  const written = await actOnce(
    asked,
    { case: asked.case },
    ({ order, held }, doing) => {
      if (held?.resolved) return "already-closed";
      const isOfOrder = order?.state === "held" && order.reason === held?.reason;
      return { ruling: order && isOfOrder ? dismissed(order, doing) : { is: "already" }, ends: DISMISSED };
    },
    parts,
  );
  return told(asked, written, NEXT.nothing, parts);
}

async function cancel(asked: Asked & { do: "cancel" }, parts: ActParts): Promise<Acted> {
  const written = await actOnce(
    asked,
    asked,
    ({ order }, doing) => (order ? { ruling: cancelled(order, doing), ends: "cancelled" } : "unknown-order"),
    parts,
  );
  return told(asked, written, NEXT.cancelled, parts);
}

async function merge(asked: Asked & { do: "merge" }, parts: ActParts): Promise<Acted> {
  const written = await actOnce(
    asked,
    { order: asked.keep, case: asked.case },
    async ({ order: keep }, doing) => {
      const drop = await parts.claims.read(asked.drop);
      if (!keep || !drop) return "unknown-order";
      const found = await parts.claims.look(drop.keys);
      return { ruling: merged(keep, drop, found, asked.theirs, doing), ends: "merged" };
    },
    parts,
  );
  return told(asked, written, NEXT.merged, parts);
}

async function unlink(asked: Asked & { do: "unlink" }, parts: ActParts): Promise<Acted> {
  const { windowDays, memoryDays } = parts.config;
  const made = { id: parts.unique(), windowMs: windowDays * DAY, memoryMs: memoryDays * DAY };
  const written = await actOnce(
    asked,
    { order: asked.order, case: asked.case },
    async ({ order }, doing) => {
      if (!order) return "unknown-order";
      const found = await parts.claims.look(order.keys);
      return { ruling: unlinked(order, asked, found, made, doing), ends: "unlinked" };
    },
    parts,
  );
  return told(asked, written, NEXT.unlinked, parts);
}
