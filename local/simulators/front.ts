/** What stands before a shop, and may answer for it: a firewall, a host in maintenance, a redirect, a server that takes headers. */
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { close, type LocalServer, listen } from "./local-server.ts";

export type FrontMistake =
  /** The shop's own answers come through. */
  | "none"
  /** A web application firewall thinks that a machine asks. */
  | "firewall"
  /** WordPress' own page while plugins are updated. */
  | "maintenance"
  /** The shop's start page, whatever was asked for. */
  | "page"
  /** To the shop's address with www. */
  | "redirect"
  /** `Authorization` does not reach the shop. */
  | "header-dropped"
  /** The second page of a list is the first again. */
  | "cached";

export type Front = LocalServer & { mistake: FrontMistake };

type Page = { status: number; headers: Record<string, string>; body: string };

const HTML = { "content-type": "text/html; charset=utf-8" };

const PAGES: Readonly<Record<"firewall" | "maintenance" | "page" | "redirect", Page>> = {
  firewall: {
    status: 403,
    headers: { ...HTML, server: "cloudflare", "cf-ray": "8c0000000000abcd-WAW" },
    body: "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>Sorry, you have been blocked</body></html>",
  },
  maintenance: {
    status: 503,
    headers: { ...HTML, "retry-after": "600" },
    body: "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Briefly unavailable for scheduled maintenance. Check back in a minute.</body></html>",
  },
  page: {
    status: 200,
    headers: HTML,
    body: "<!DOCTYPE html><html><head><title>Sklep próbny</title></head><body></body></html>",
  },
  redirect: { status: 301, headers: { location: "https://www.sklep.example/" }, body: "" },
};

/** @param target the address of the shop behind it */
export async function createFront(target: string, mistake: FrontMistake = "none"): Promise<Front> {
  const kept = new Map<string, Page>();

  async function passed({ method = "GET", url = "/", headers }: IncomingMessage, body: string): Promise<Page> {
    const { host: _, connection: __, authorization, ...rest } = headers;
    const sent = {
      ...rest,
      ...(authorization !== undefined && front.mistake !== "header-dropped" && { authorization }),
    };
    const init = {
      method,
      headers: sent as Record<string, string>,
      ...(method === "GET" || method === "HEAD" ? {} : { body }),
    };
    const answer = await fetch(`${target}${url}`, init);
    const { "content-encoding": ___, "content-length": ____, ...answered } = Object.fromEntries(answer.headers);
    return { status: answer.status, headers: answered, body: await answer.text() };
  }

  async function answered(request: IncomingMessage, body: string): Promise<Page> {
    const { mistake } = front;
    if (mistake === "none" || mistake === "header-dropped") return passed(request, body);
    if (mistake !== "cached") return PAGES[mistake];
    const [path = ""] = (request.url ?? "").split("?");
    const page = kept.get(path) ?? (await passed(request, body));
    kept.set(path, page);
    return page;
  }

  const server = createServer((request, response) => {
    text(request)
      .then((body) => answered(request, body))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const front: Front = { url: await listen(server), close: () => close(server), mistake };
  return front;
}
