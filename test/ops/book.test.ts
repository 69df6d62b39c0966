/** What operators are shown of accounts: enough to find an order in a shop's panel, and no secret. */
import { expect, test } from "vitest";
import { connectionsOf } from "../../lib/channels/index.ts";
import { Book, bookFrom, panelOf } from "../../lib/ops/book.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { ACCOUNTS } from "../infra/synth/setup.ts";

const connections = connectionsOf(
  ConfigFile.parse({
    accounts: Object.entries(ACCOUNTS).map(([channel, rest]) => ({ channel, account: "main", ...rest })),
  }),
);
const book = Book.parse(JSON.parse(JSON.stringify(bookFrom(connections, "wapro"))));

test.each(["187", "1/A B&c", "#$&", "ąę"])(
  "the panel of every platform shows %j where the platform does",
  (sourceOrder) => {
    for (const { name, channel, account } of connections)
      expect(panelOf(book, name, sourceOrder), name).toBe(channel.panel?.(account, sourceOrder));
  },
);

/**
 * Where each platform shows an order to its staff. WooCommerce: `post.php` in both ways of storing orders, its
 * PostsRedirectionController leads on. Shopify: `/admin` of the shop's own domain leads on to admin.shopify.com. The panels of Magento,
 * Adobe Commerce and PrestaShop lie at an address of the shop's own (`panelUrl`), and those of Shoper and IdoSell name an order by a number that
 * their API does not tell: no link is better than a wrong one.
 */
const PANELS: Record<string, string | undefined> = {
  "woocommerce:main": "/wp-admin/post.php?post=187&action=edit",
  "shopify:main": "/admin/orders/187",
  "baselinker:main": "https://panel.baselinker.com/orders.php#order:187",
  "allegro:main": "https://salescenter.allegro.com/orders/187",
  "magento:main": undefined,
  "adobe:main": undefined,
  "prestashop:main": undefined,
  "shoper:main": undefined,
  "idosell:main": undefined,
  "standard:main": undefined,
};

test("a link leads where the platform has the order, and none is made up", () => {
  const links = Object.fromEntries(connections.map(({ name }) => [name, panelOf(book, name, "187")]));
  expect(Object.keys(links).toSorted((a, b) => a.localeCompare(b))).toEqual(
    Object.keys(PANELS).toSorted((a, b) => a.localeCompare(b)),
  );
  for (const [name, path] of Object.entries(PANELS))
    if (path === undefined) expect(links[name], name).toBeUndefined();
    else expect(links[name]?.endsWith(path), `${name}: ${links[name]}`).toBe(true);
  expect(panelOf(book, "woocommerce:gone", "187")).toBeUndefined();
});

test.each(["magento", "woocommerce"] as const)(
  "an account of %s that says where its panel is has its links there",
  (channel) => {
    const panelUrl = "https://sklep.example/panel_x7/sales/order/view/order_id/{order}/";
    const accounts = [{ ...ACCOUNTS[channel], channel, account: "main", panelUrl }];
    const shown = bookFrom(connectionsOf(ConfigFile.parse({ accounts })), "wapro");
    expect(panelOf(shown, `${channel}:main`, "187")).toBe(
      "https://sklep.example/panel_x7/sales/order/view/order_id/187/",
    );
  },
);

test.each([["http://sklep.example/{order}"], ["https://sklep.example/orders"], ["javascript:{order}"]])(
  "%s is no address of a panel",
  (panelUrl) => {
    const accounts = [{ ...ACCOUNTS.magento, channel: "magento", account: "main", panelUrl }];
    const refused = ConfigFile.safeParse({ accounts });
    expect(refused.error?.issues.map(({ path }) => path)).toEqual([["accounts", 0, "panelUrl"]]);
  },
);

test("Allegro's sandbox has another panel: no link leads to the real one", () => {
  const sandbox = {
    ...ACCOUNTS.allegro,
    channel: "allegro",
    account: "main",
    baseUrl: "https://api.allegro.pl.allegrosandbox.pl",
  };
  const [connection] = connectionsOf(ConfigFile.parse({ accounts: [sandbox] }));
  const shown = bookFrom(connection ? [connection] : [], "wapro");
  expect(panelOf(shown, "allegro:main", "187")).toBeUndefined();
});

test("it says of each account what can be asked, and holds nothing that is secret", () => {
  expect(book.accounts.find(({ name }) => name === "baselinker:main")).toEqual({
    name: "baselinker:main",
    polled: true,
    fetches: true,
    readsKept: false,
    panel: expect.any(String),
    tells: ["woocommerce:main"],
  });
  expect(book.accounts.find(({ name }) => name === "standard:main")).toMatchObject({ polled: false, fetches: false });
  const secrets = Object.values(ACCOUNTS).flatMap((account) =>
    Object.entries(account).flatMap(([field, value]) => (/secret|token|key/i.test(field) ? [value].flat() : [])),
  );
  const longest = secrets.filter((secret) => typeof secret === "string" && secret.length > 3);
  expect(longest.length).toBeGreaterThan(0);
  for (const secret of longest) expect(JSON.stringify(book)).not.toContain(secret);
});
