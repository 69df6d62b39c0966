/** How one Allegro account is pulled: the journal often, the lists now and then, each form by itself. */
import type { Pull, PullIo } from "../channel.ts";
import type { AllegroAccount } from "./account.ts";
import { allegroClient } from "./client.ts";
import { journalListing } from "./journal.ts";
import { formsListing, slicesOf } from "./lists.ts";
import { readForm } from "./read.ts";
import { allegroTokens } from "./tokens.ts";

export function pullAllegro(account: AllegroAccount, io: PullIo): Pull {
  const tokens = allegroTokens(account, io);
  const client = allegroClient(account, tokens, io);
  return {
    // The journal last: the lists lag by seconds, so they must not pass for a reading of what it has just named.
    listings: [
      ...slicesOf(account).map((slice) => formsListing(slice, account, client, io)),
      journalListing(account, client, io.now),
    ],
    read: (id) => readForm(id, account, client, io.now),
    readsPerRun: 200,
    upkeep: tokens.ahead,
  };
}
