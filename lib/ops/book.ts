/**
 * What operators are shown of the configured accounts. No secret is among it, so the function that only looks is given none.
 */
import * as z from "zod/mini";
import type { Connection } from "../channels/channel.ts";
import { anyBoolean, anyText, optionalText } from "../core/schemas.ts";
import { present } from "../core/writes.ts";

/** Stands for the order in the address of a panel; as it is, in a URL. */
const ORDER = "KOJARZ-ORDER";

const Listed = z.lazy(() =>
  z.object({
    /** `channel:account` */
    name: anyText,
    /** It is asked for its orders on a schedule. */
    polled: anyBoolean,
    /** Its platform can be asked for one order. */
    fetches: anyBoolean,
    /** A message of it that was kept can be read anew without asking its platform. */
    readsKept: anyBoolean,
    /** Where its platform shows an order to its staff: an address with `KOJARZ-ORDER` in it. */
    panel: optionalText,
    /** Accounts whose numbers it tells of. */
    tells: z.array(anyText),
  }),
);
export type Listed = z.infer<typeof Listed>;

export const Book = z.lazy(() =>
  z.object({
    /** The namespace of the ERP's order ids. */
    erp: anyText,
    accounts: z.array(Listed),
  }),
);
export type Book = z.infer<typeof Book>;

export function bookFrom(connections: readonly Connection[], erp: string): Book {
  return { erp, accounts: connections.map(listed) };
}

function listed({ name, channel, account }: Connection): Listed {
  const isPolled = account.pollSeconds !== undefined;
  return present<Listed>({
    name,
    polled: isPolled && Boolean(channel.pull),
    fetches: isPolled && channel.readsOrders === true,
    readsKept: channel.receiveKept !== undefined,
    panel: account.panelUrl?.replace("{order}", ORDER) ?? channel.panel?.(account, ORDER),
    tells: (channel.refersTo?.(account) ?? []).map((reference) => reference.account),
  });
}

export function accountIn({ accounts }: Book, name: string): Listed | undefined {
  return accounts.find((one) => one.name === name);
}

export function panelOf(book: Book, account: string, sourceOrder: string): string | undefined {
  return accountIn(book, account)?.panel?.replace(ORDER, () => encodeURIComponent(sourceOrder));
}
