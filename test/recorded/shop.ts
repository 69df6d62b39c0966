/** Shops that answer as they were recorded, all behind one server: each under a path of its own. */
import { type LocalServer, type Said, serveLocally } from "../../local/simulators/local-server.ts";
import { type Exchange, exchangeOf, type Recording } from "./recordings.ts";

type Answers = (asked: URL) => Said;

/** @returns `urlOf`: the address of the shop of one recording */
export async function openShops(
  recordings: readonly Recording[],
): Promise<LocalServer & { urlOf(name: string): string }> {
  const shops = new Map(recordings.filter(({ response }) => response).map((one) => [one.name, answersOf(one)]));
  const server = await serveLocally(({ url }) => {
    const [, name = "", ...path] = url.pathname.split("/");
    const shop = shops.get(name);
    if (!shop) throw new Error(`there is no shop ${name}`);
    return shop(new URL(`/${path.join("/")}${url.search}`, "http://shop"));
  });
  return { ...server, urlOf: (name) => `${server.url}/${name}` };
}

function answersOf(recording: Recording): Answers {
  return recording.platform === "magento" ? magento(recording) : prestashop(recording);
}

function said({ status, headers, body, bodyText }: Exchange["response"]): Said {
  return { status, headers, body: bodyText ?? body };
}

/** A list was recorded with pages of its own size and is given to whichever list the channel asks for. */
function magento(recording: Recording): Answers {
  const main = exchangeOf(recording);
  const known = [main, ...recording.also];
  const isList = main.request.path.includes("/orders?");
  const nothing: Said = { status: 200, body: { items: [], search_criteria: {}, total_count: 0 } };
  return (asked) => {
    if (!asked.pathname.endsWith("/orders")) {
      const id = asked.pathname.split("/").at(-1);
      const found = known.find(({ request }) => pathOf(request.path).split("/").at(-1) === id);
      return found
        ? said(found.response)
        : { status: 404, body: { message: "The entity that was requested doesn't exist." } };
    }
    const asksForNothing = [...asked.searchParams].some(([name, value]) => name.endsWith("[value]") && value === "0");
    return isList && !asksForNothing ? said(main.response) : nothing;
  };
}

/** The webservice's own answer where the key has no right to a resource: so are those that were not recorded. */
const NOT_ALLOWED: Said = {
  status: 401,
  body: { errors: [{ code: 26, message: "Resource of this type is not allowed with this key" }] },
};

/** Rows are served by the filters that are asked for, whichever columns they name. */
function prestashop(recording: Recording): Answers {
  const main = exchangeOf(recording);
  const all = [main, ...recording.also];
  const isSingle = pathOf(main.request.path) === "/api/orders" && queryOf(main.request.path).has("filter[id]");
  const rows = new Map<string, Row[]>();
  for (const { request, response } of all) {
    const resource = resourceOf(request.path);
    rows.set(resource, [...(rows.get(resource) ?? []), ...rowsOf(response.body)]);
  }
  return (asked) => {
    const resource = resourceOf(asked.pathname);
    const exact = all.find(({ request }) => isSameQuestion(request.path, asked));
    if (exact) return said(exact.response);
    const asksForIt =
      !isSingle || asked.searchParams.get("filter[id]") === queryOf(main.request.path).get("filter[id]");
    if (resource === "orders" && asksForIt) return said(main.response);
    const known = rows.get(resource);
    if (!known) return NOT_ALLOWED;
    const found = known.filter((row) => fits(row, asked.searchParams));
    return { status: 200, body: found.length === 0 ? [] : { [keyOf(all, resource)]: found } };
  };
}

type Row = Readonly<Record<string, unknown>>;

function pathOf(path: string): string {
  return path.split("?")[0] ?? "";
}

function queryOf(path: string): URLSearchParams {
  return new URL(path, "http://shop").searchParams;
}

function resourceOf(path: string): string {
  return pathOf(path).split("/api/").at(-1) ?? "";
}

function isSameQuestion(path: string, asked: URL): boolean {
  const sorted = (query: URLSearchParams) => JSON.stringify([...query].sort(([a], [b]) => (a < b ? -1 : 1)));
  return resourceOf(path) === resourceOf(asked.pathname) && sorted(queryOf(path)) === sorted(asked.searchParams);
}

function rowsOf(body: unknown): Row[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return [];
  return Object.entries(body).flatMap(([key, list]) =>
    key !== "errors" && Array.isArray(list) ? (list as Row[]) : [],
  );
}

/** `order_slip` answers under `order_slips`. */
function keyOf(all: readonly Exchange[], resource: string): string {
  const bodies = all
    .filter(({ request }) => resourceOf(request.path) === resource)
    .map(({ response }) => response.body);
  return bodies.flatMap((body) => (rowsOf(body).length > 0 ? Object.keys(body as object) : []))[0] ?? resource;
}

function fits(row: Row, query: URLSearchParams): boolean {
  return [...query].every(([name, value]) => {
    const column = /^filter\[(\w+)\]$/.exec(name)?.[1];
    if (column === undefined || column === "date_upd") return true;
    return value
      .replace(/^\[|\]$/g, "")
      .split("|")
      .includes(String(row[column]));
  });
}
