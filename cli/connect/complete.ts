/** What only the platform itself can tell of a new account: its token, its statuses, its keys. */
import { setTimeout as wait } from "node:timers/promises";
import { AdobeAccount } from "../../lib/channels/adobe/account.ts";
import { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import type { Http } from "../../lib/runtime/http.ts";
import { note } from "../terminal.ts";
import { publicKeysAt } from "./adobe-keys.ts";
import { connectionOf } from "./connection.ts";
import { refreshTokenOf } from "./device-flow.ts";
import type { Draft } from "./recipes.ts";
import { cancelledStatusesOf } from "./shoper.ts";

export type Completed = {
  draft: Draft;
  /** Why it cannot be written down, even where its keys work. */
  lacks?: string;
};

type Complete = (draft: Draft, http: Http) => Promise<Completed>;

const COMPLETIONS: Readonly<Record<string, Complete>> = {
  async allegro(draft, http) {
    if (draft.refreshToken !== undefined) return { draft };
    // The defaults of the account come from its own schema: a draft that lacks the token alone is whole.
    const { account } = connectionOf({ accounts: [] }, { ...draft, refreshToken: "to be made" });
    const refreshToken = await refreshTokenOf(AllegroAccount.parse(account), { http, wait, tell: note });
    return { draft: { ...draft, refreshToken } };
  },

  async shoper(draft, http) {
    if (draft.cancelledStatuses !== undefined) return { draft };
    const { account } = connectionOf({ accounts: [] }, { ...draft, cancelledStatuses: ["0"] });
    const found = await cancelledStatusesOf(ShoperAccount.parse(account), http);
    return "ids" in found
      ? { draft: { ...draft, cancelledStatuses: found.ids } }
      : { draft: { ...draft, cancelledStatuses: ["0"] }, lacks: found.lacks };
  },

  async adobe({ keyPaths = "", publicKeys = {}, ...draft }, http) {
    const known = AdobeAccount.safeParse({ ...draft, publicKeys }).data?.publicKeys ?? {};
    const paths = String(keyPaths)
      .split(/[\s,]+/)
      .filter((path) => path !== "" && known[path] === undefined);
    return { draft: { ...draft, publicKeys: { ...(publicKeys as object), ...(await publicKeysAt(paths, http)) } } };
  },
};

export async function completed(draft: Draft, http: Http): Promise<Completed> {
  return (await COMPLETIONS[String(draft.channel)]?.(draft, http)) ?? { draft };
}
