/** What a check has to know of one platform: how it says no, and what else can be asked of it. */
import type { AccountBase, PullIo } from "../../lib/channels/channel.ts";
import type { Finding } from "./findings.ts";
import type { Line } from "./line.ts";
import type { Words } from "./trouble.ts";
import type { Refusal } from "./trouble-kinds.ts";

export type Asking = {
  line: Line;
  now: number;
  /** The public address of Kojarz, where it is known: webhooks have to go there. */
  address?: string;
  /** Every account of the configuration. */
  accounts: readonly AccountBase[];
  /** A refresh token may be used: what it is replaced by is kept. */
  renews: boolean;
};

export type Platform<Account extends AccountBase = AccountBase> = {
  words: Words;
  /** Of its APIs. */
  addresses(account: Account): string[];
  /** The listing that shows orders. */
  listing: string;
  /** What is asked before any order is. Where something of it is not well, no order is asked for. */
  before?(account: Account, asking: Asking): Promise<Finding[]>;
  /** What is asked once orders could be read. */
  beside?(account: Account, io: PullIo, asking: Asking): Promise<Finding[]>;
  /** Asks what its words do not tell: which refusal it is. */
  tell?(account: Account, asking: Asking): Promise<Refusal | undefined>;
  /** Why no order can be read, where its channel has no pull or this account is not configured for one. */
  withoutPull: string;
};
