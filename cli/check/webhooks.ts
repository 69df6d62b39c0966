/** The webhooks that a platform has registered, beside those that Kojarz needs. Pure. */
import type { AccountBase } from "../../lib/channels/channel.ts";
import { type Finding, fail, look, ok } from "./findings.ts";

export type Registered = {
  id: string;
  topics: readonly string[];
  address: string;
  active: boolean;
  /** In the platform's own word, such as `disabled`. */
  status: string;
};

/** @param address the public address of Kojarz; without it any host counts that has the account's path */
export function webhooksOf(
  registered: readonly Registered[],
  wanted: readonly string[],
  { channel, account }: AccountBase,
  address: string | undefined,
): Finding[] {
  const path = `/webhooks/${channel}/${account}`;
  const ours = registered.filter((webhook) => leadsHere(webhook.address, path, address));
  if (ours.length === 0) return [noneOf(registered, path)];
  return wanted.map((topic) => topicOf(topic, ours));
}

function leadsHere(text: string, path: string, address: string | undefined): boolean {
  const url = URL.parse(text);
  if (!url || (url.pathname !== path && !url.pathname.endsWith(path))) return false;
  return address === undefined || `${url.origin}${url.pathname}` === `${address.replace(/\/{1,9}$/, "")}${path}`;
}

function noneOf(registered: readonly Registered[], path: string): Finding {
  return fail("webhooks", `none of ${registered.length} leads to …${path}`, {
    pl: "Dodaj webhook na ten adres: bez niego zamówienia przychodzą dopiero przy odpytywaniu.",
    en: "Add a webhook to this address: without it orders come by the polls alone.",
  });
}

function topicOf(topic: string, ours: readonly Registered[]): Finding {
  const check = `webhook ${topic}`;
  const of = ours.filter(({ topics }) => topics.includes(topic));
  const active = of.find((webhook) => webhook.active);
  const [first] = of;
  if (active) return of.length > 1 ? ok(check, `active (${of.length} of them)`) : ok(check, `active, no ${active.id}`);
  if (!first)
    return look(check, "not registered", {
      pl: "Tego tematu brakuje: takie zmiany Kojarz zobaczy dopiero przy odpytywaniu.",
      en: "This topic is missing: Kojarz sees such changes by the polls alone.",
    });
  return fail(check, `no ${first.id} is ${first.status}`, {
    pl: "Webhook jest wyłączony. WooCommerce wyłącza go sam po siódmej nieudanej wysyłce z rzędu: włącz go ponownie.",
    en: "The webhook is off. WooCommerce switches it off by itself at the seventh failure in a row: switch it on again.",
  });
}
