/**
 * The exchange ("plik wymiany"): BaseLinker takes Kojarz for a shop and pushes whole marketplace orders to it.
 *
 * The protocol is documented at developers.baselinker.com/shops_api: a form with `bl_pass`, the key that BaseLinker
 * made for this shop, and `action`, the name of a function; answers are JSON with HTTP 200, failures too.
 */
import type { Instant } from "../../core/order.ts";
import { isOwnNumber } from "../../core/own-numbers.ts";
import { present } from "../../core/writes.ts";
import type { Received, WebhookRequest } from "../channel.ts";
import { isOneOf } from "../shared/proof.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { type Form, failureOf, formOf, keptOf, replyOf } from "./exchange-form.ts";
import { fileVersion, listOf, statusesOf } from "./exchange-lists.ts";
import { mapSend } from "./exchange-order.ts";
import { hintOfNumber } from "./hint.ts";

type Ask = { form: Form; account: BaseLinkerAccount; now: Instant };

/** What BaseLinker may call. Products are none of ours, so nothing of them is offered. */
const FUNCTIONS: ReadonlyMap<string, (ask: Ask) => Received> = new Map([
  ["SupportedMethods", () => says([...FUNCTIONS.keys()])],
  ["FileVersion", () => says(fileVersion)],
  ["OrderAdd", orderAdd],
  ["OrderUpdate", orderUpdate],
  // Nothing is bought here: an empty list, as PHP writes it.
  ["OrdersGet", () => says([])],
  ["StatusesList", ({ account }) => says(listOf(statusesOf(account)))],
  ["DeliveryMethodsList", ({ account }) => says(listOf(account.exchange.deliveryMethods))],
  ["PaymentMethodsList", ({ account }) => says(listOf(account.exchange.paymentMethods))],
]);

/** More at once than any list that BaseLinker's panel shows. */
const MAX_UPDATED = 1000;

export function exchange(request: WebhookRequest, account: BaseLinkerAccount, now: Instant): Received {
  const { exchangePassword, previousExchangePassword } = account;
  const form = request.method === "POST" ? formOf(request.body) : {};
  if (!form.bl_pass) return refused("no-password", "The key is missing.");
  if (!isOneOf(form.bl_pass, [exchangePassword, previousExchangePassword]))
    return refused("incorrect-password", "The key is not this account's.");
  const call = FUNCTIONS.get(form.action ?? "");
  return call ? call({ form, account, now }) : says(failureOf("unsupported_action", "There is no such function here."));
}

/**
 * `previous_order_id` says that the order was sent before, but not which one this is: a part that was split off inherits
 * it. So BaseLinker's own id decides, and the API is asked what changed.
 */
function orderAdd({ form, account, now }: Ask): Received {
  const { mapped, sourceOrder, sentBefore } = mapSend(form, account, now);
  const keep = keptOf(form);
  if (mapped.kind === "sighting")
    return {
      kind: "numbered",
      sighting: mapped.sighting,
      readAgain: sentBefore,
      reply: (number) => replyOf({ order_id: number }),
      keep,
    };
  const { reason } = mapped;
  const reply = replyOf(failureOf("order_held", `The order waits for a person: ${reason}.`));
  return present({ kind: "unusable", reason, sourceOrder: sourceOrder || undefined, reply, keep });
}

/**
 * A shop is told of every change of status, payment and parcel. Only a status can matter here; what it means, the
 * API says, with the time that this call lacks.
 */
function orderUpdate({ form, account }: Ask): Received {
  // The documentation's table has one name, its example the other.
  const named = (form.orders_ids ?? form.order_ids ?? "").split(",").map((id) => id.trim());
  const numbers = [...new Set(named)].filter(isOwnNumber);
  if (numbers.length > MAX_UPDATED) return tooMany(form);
  const reply = replyOf({ counter: numbers.length });
  const matters = form.update_type === "status" && account.cancelledStatuses.length > 0 && numbers.length > 0;
  return matters ? { kind: "refreshes", ids: numbers.map(hintOfNumber), answer: reply } : { kind: "answer", reply };
}

function tooMany(form: Form): Received {
  const reply = replyOf(failureOf("too_many_orders", `At most ${MAX_UPDATED} orders at once.`));
  return { kind: "unusable", reason: "too-many-orders", reply, keep: keptOf(form) };
}

function says(body: object): Received {
  return { kind: "answer", reply: replyOf(body) };
}

/** The panel shows the protocol's own code to the seller who mistyped the key. */
function refused(code: string, text: string): Received {
  return { kind: "refused", status: 401, code, body: failureOf(code.replaceAll("-", "_"), text) };
}
