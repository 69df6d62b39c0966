/** One recording goes through channel, intake and connector, as it would in a shop that is polled. */
import { generateKeyPairSync, sign } from "node:crypto";
import { AdobeAccount } from "../../lib/channels/adobe/account.ts";
import { adobe } from "../../lib/channels/adobe/index.ts";
import type { Pull, Pulled, Read, Received } from "../../lib/channels/channel.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { magento } from "../../lib/channels/magento/index.ts";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { prestashop } from "../../lib/channels/prestashop/index.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { woocommerce } from "../../lib/channels/woocommerce/index.ts";
import type { Sighting } from "../../lib/core/order.ts";
import type { Erp, ErpOrder } from "../../lib/core/ports/erp.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { pullIo } from "../support/pulled.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { rules } from "../support/sightings.ts";
import { exchangeOf, type Recording } from "./recordings.ts";

/** Soon after the last recording. */
const NOW = Date.UTC(2026, 11, 1);

/** What a channel made of a recording. */
export type Heard =
  | { kind: "order"; sighting: Sighting }
  /** `more`: the list goes on. `keys`: of each order the shop's own ids by which it is known. */
  | { kind: "list"; orders: string[][]; more: boolean }
  /** No order came of it; `sign` is what a person or the log is told. */
  | { kind: "nothing"; how: "absent" | "unusable" | "failed" | "ignored"; sign: string };

export type Sent = {
  /** What the ERP was given; of an order that is not sent, what it would be given. */
  order: ErpOrder | undefined;
  /** `delivered`, `held erp-sku-unknown`, `not sent`, … */
  outcome: string;
};

/** @param shop the address of a shop that answers as recorded */
export async function hear(recording: Recording, shop: string): Promise<Heard> {
  if (recording.value) return heardOfEvent(recording.value);
  if (recording.webhook) return heardOfWebhook(recording.webhook);
  const { pull, ask } = recording.platform === "magento" ? magentoOf(recording, shop) : prestashopOf(recording, shop);
  try {
    return ask === undefined ? await listed(pull) : heardOfRead(await read(pull, ask));
  } catch (cause) {
    return { kind: "nothing", how: "failed", sign: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** `ask`: the order that the recorded question named; undefined where it was a list. */
type Asking = { pull: Pull; ask: string | undefined };

function magentoOf(recording: Recording, shop: string): Asking {
  const { path } = exchangeOf(recording).request;
  const url = new URL(path, "http://shop");
  const [, , storeCode = ""] = url.pathname.replace("/rest/V1", "/rest/all/V1").split("/");
  const size = Number(url.searchParams.get("searchCriteria[pageSize]") ?? 0);
  const account = MagentoAccount.parse({
    channel: "magento",
    account: "main",
    baseUrl: shop,
    storeCode,
    accessToken: "token",
    ...(size > 0 && { pageSize: size }),
  });
  const single = /\/orders\/(.+)$/.exec(url.pathname)?.[1];
  const filter = "searchCriteria[filter_groups][0][filters][0]";
  const number =
    url.searchParams.get(`${filter}[field]`) === "increment_id" && url.searchParams.get(`${filter}[value]`);
  return {
    pull: pullOf(
      magento.pull?.(
        account,
        pullIo(() => NOW),
      ),
    ),
    ask: number ? `increment:${number}` : single,
  };
}

function prestashopOf(recording: Recording, shop: string): Asking {
  const account = PrestaShopAccount.parse({
    channel: "prestashop",
    account: "main",
    baseUrl: shop,
    webserviceKey: "KEY",
  });
  const filter = new URL(exchangeOf(recording).request.path, "http://shop").searchParams.get("filter[id]");
  const ask = filter?.replace(/^\[|\]$/g, "");
  return {
    pull: pullOf(
      prestashop.pull?.(
        account,
        pullIo(() => NOW),
      ),
    ),
    ask,
  };
}

function pullOf(pull: Pull | undefined): Pull {
  if (!pull) throw new Error("the account is not polled");
  return pull;
}

async function listed(pull: Pull): Promise<Heard> {
  const page = await pull.listings[0]?.page(undefined);
  return { kind: "list", orders: (page?.orders ?? []).map(idsOf), more: page?.more ?? false };
}

function idsOf(order: Pulled): string[] {
  if (order.kind !== "sighting") return [order.id];
  return order.sighting.keys.filter(({ kind }) => kind === "internet-id").map(({ value }) => value);
}

async function read(pull: Pull, id: string): Promise<Read> {
  if (!pull.read) throw new Error("the channel reads no single orders");
  return pull.read(id);
}

function heardOfRead(read: Read): Heard {
  if (read.kind === "sighting") return { kind: "order", sighting: read.sighting };
  return { kind: "nothing", how: read.kind, sign: read.reason };
}

const KEY_PATH = "/prod/keys/pub-key-test.pem";
const { publicKey, privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const adobeAccount = AdobeAccount.parse({
  channel: "adobe",
  account: "main",
  clientId: "client",
  publicKeys: { [KEY_PATH]: publicKey },
});

function heardOfEvent(value: Record<string, unknown>): Heard {
  const type = "com.adobe.commerce.observer.sales_order_save_commit_after";
  const body = Buffer.from(JSON.stringify({ type, recipient_client_id: "client", data: { value } }));
  const headers = {
    "x-adobe-public-key1-path": KEY_PATH,
    "x-adobe-digital-signature-1": sign("sha256", body, privateKey).toString("base64"),
  };
  return heardOf(
    adobe.receive?.({ method: "POST", headers, query: {}, secretPath: undefined, body }, adobeAccount, NOW),
  );
}

function heardOfWebhook({ request, secret }: NonNullable<Recording["webhook"]>): Heard {
  const account = WooAccount.parse({
    channel: "woocommerce",
    account: "main",
    baseUrl: request.headers["x-wc-webhook-source"],
    secrets: ["sekret-testowy-0001"],
  });
  // Some were recorded with a secret that is refused since: what it signs is proof all the same.
  return heardOf(woocommerce.receive?.(request, { ...account, secrets: [secret] }, NOW));
}

function heardOf(received: Received | undefined): Heard {
  if (received?.kind === "sightings" && received.sightings[0])
    return { kind: "order", sighting: received.sightings[0] };
  if (received?.kind === "unusable" || received?.kind === "ignored")
    return { kind: "nothing", how: received.kind, sign: received.reason };
  return { kind: "nothing", how: "failed", sign: received?.kind ?? "nothing received" };
}

/** Intake over claims in memory, then the connector, to an ERP that knows the order's articles. */
export async function send(sighting: Sighting, erp: Erp): Promise<Sent> {
  const claims = memoryClaims();
  const floor = shopFloor(claims);
  floor.now = Math.max(NOW, sighting.version);
  const { order: id, verdict, reason } = await floor.report(sighting);
  const given: ErpOrder[] = [];
  const watched: Erp = {
    ...erp,
    submit: (order, deadline) => {
      given.push(order);
      return erp.submit(order, deadline);
    },
  };
  const unique = counter();
  const wait = async () => undefined;
  const deps = {
    claims,
    erp: watched,
    now: () => floor.now,
    random: () => 0.5,
    wait,
    unique,
    leaseMs: 60_000,
    ...rules,
  };
  const forwarded = id === undefined ? { outcome: "nothing" as const } : await deliver(id, deps);
  const order = given[0] ?? wouldBe(sighting);
  if (forwarded.outcome === "nothing") return { order, outcome: verdict === "held" ? `held ${reason}` : "not sent" };
  return { order, outcome: "reason" in forwarded ? `${forwarded.outcome} ${forwarded.reason}` : forwarded.outcome };
}

function wouldBe({ keys, money, report }: Sighting): ErpOrder | undefined {
  return money && { order: "not-sent", keys, currency: money.currency, total: money.minor, report };
}

function counter(): () => string {
  let count = 0;
  return () => `u${++count}`;
}
