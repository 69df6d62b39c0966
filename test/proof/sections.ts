/** What is run, and how its last line is read. */
export type Figures = { passed: number; failed: number };

export type Section = {
  name: string;
  /** Arguments of node. */
  command: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** From the line that says what it came to. Undefined: it is another line. */
  read(line: string): Figures | undefined;
};

const VITEST = ["node_modules/vitest/vitest.mjs", "run", "--maxWorkers=1"];

export function sections({ isQuick, seed }: { isQuick: boolean; seed: number }): Section[] {
  const last = ["--seed", String(seed)];
  return [
    {
      name: "every state of the scenarios",
      command: ["test/explore/main.ts", ...(isQuick ? ["--states", "1000"] : [])],
      read: (line) => {
        const { scenarios = 0, wrong = 0, cut = 0 } = numbersIn(line, "scenarios=");
        const failed = wrong + (isQuick ? 0 : cut);
        return line.startsWith("scenarios=") ? { passed: scenarios - failed, failed } : undefined;
      },
    },
    {
      name: "seeded defects",
      command: ["test/mutate/main.ts", ...(isQuick ? ["--sample", "10", ...last] : [])],
      read: (line) => {
        const { killed = 0, survived = 0, misfits = 0 } = numbersIn(line, "mutations=");
        return line.startsWith("mutations=") ? { passed: killed, failed: survived + misfits } : undefined;
      },
    },
    {
      name: isQuick ? "a simulated month" : "a simulated year",
      command: ["test/simulate/main.ts", "--days", isQuick ? "30" : "365", ...last],
      read: (line) => {
        const { purchases = 0, lost = 0, doubled = 0, untold = 0, kept_too_long = 0 } = numbersIn(line, "days=");
        const failed = lost + doubled + untold + kept_too_long;
        return line.startsWith("days=") ? { passed: purchases - failed, failed } : undefined;
      },
    },
    {
      name: "processes killed over the real engine and real sockets",
      command: ["test/chaos/chaos.ts", "--purchases", isQuick ? "50" : "200", "--kills", isQuick ? "4" : "12", ...last],
      read: (line) => {
        const { purchases = 0, lost = 0, held = 0, unfinished = 0, duplicated = 0 } = numbersIn(line, "purchases=");
        const failed = lost + held + unfinished + duplicated;
        return line.startsWith("purchases=") ? { passed: purchases - failed, failed } : undefined;
      },
    },
    { name: "recorded deliveries", command: [...VITEST, "test/recorded"], read: testsIn },
    {
      name: "hostile inputs and bounds",
      command: [...VITEST, "test/channels", "test/rooms/patterns.test.ts", "test/store", "test/runtime", "test/intake"],
      read: testsIn,
    },
  ];
}

function numbersIn(line: string, start: string): Partial<Record<string, number>> {
  if (!line.startsWith(start)) return {};
  return Object.fromEntries([...line.matchAll(/(\w+)=(\d+)/g)].map(([, name = "", value]) => [name, Number(value)]));
}

/** `Tests  2 failed | 98 passed (100)` */
function testsIn(line: string): Figures | undefined {
  if (!/^\s*Tests\s/.test(line)) return undefined;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed") };
}
