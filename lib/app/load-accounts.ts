/** What accounts are, loaded where a function serves a channel. The one that acts for operators reads an account when it needs it. */
export const loadAccounts = process.env.KOJARZ_CHANNEL === "" ? undefined : () => import("./accounts.ts");
