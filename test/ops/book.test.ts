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
