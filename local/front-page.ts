/** Where to look on this machine: the last lines of `npm start`, and the foot of the console. Pure. */

export type Place = { path: string; what: string };

export type ShownAccount = {
  name: string;
  /** Whether the platform sends webhooks to this account. */
  receives: boolean;
  /** Absent where it is not polled. */
  pollMinutes?: number;
};

const ERP_ORDERS: Place = { path: "/erp/orders", what: "what the played ERP holds" };

/** @param isErpPlayed whether the ERP is the one of this machine */
export function placesOf(isErpPlayed: boolean): Place[] {
  return [
    { path: "/orders", what: "every order that Kojarz knows" },
    { path: "/held", what: "what waits for a person, and why" },
    ...(isErpPlayed ? [ERP_ORDERS] : []),
    { path: "/healthz", what: "whether everything is up" },
  ];
}

const COMMANDS: ReadonlyArray<[command: string, what: string]> = [
  ["npm run kojarz -- status", "is all well? (--help shows what else can be asked and done)"],
  ["npm start -- --fresh", "forget all of it and play the story anew"],
  ["npm start -- --no-demo", "serve without the story"],
  ["npm test", "run every test"],
];

/** @param url where Kojarz serves, without a slash at its end */
export function whereNext(url: string, places: readonly Place[]): string {
  const rows = [["/", "the console: cases, messages, graphs"], ...places.map(({ path, what }) => [path, what])].map(
    ([path, what]) => [`${url}${path}`, what] as const,
  );
  const all = [...rows, ...COMMANDS, ["docs/README.md", "how to connect a platform, and everything else"] as const];
  const width = Math.max(...all.map(([left]) => left.length));
  return ["Where to look next:", ...all.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join("\n");
}
