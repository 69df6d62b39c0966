/** Steps at which the process can be ended by SIGKILL, as a power cut would: nothing runs after it. */
import { writeFileSync } from "node:fs";
import * as z from "zod/mini";
import type { App } from "../../lib/app/parts.ts";

/** Each is a call over one of the product's ports. */
export const STEPS = [
  "claims.look",
  "claims.read",
  "claims.commit",
  "feeds.take",
  "feeds.saveCursor",
  "feeds.requestRefresh",
  "feeds.settle",
  "vault.save",
  "erp.find",
  "erp.submit",
] as const;

export const Kill = z.object({
  step: z.enum(STEPS),
  when: z.enum(["before", "after"]),
  /** The how manieth call of this process is interrupted. */
  nth: z.int().check(z.positive()),
  /** Where the interrupted step is written down. */
  file: z.string(),
});
export type Kill = z.infer<typeof Kill>;

type Call = (...args: never[]) => Promise<unknown>;

export function withKillPoint(app: App, kill: Kill): App {
  let calls = 0;
  const [part, method] = kill.step.split(".") as [keyof App & ("claims" | "feeds" | "vault" | "erp"), string];
  const port = app[part] as unknown as Record<string, Call>;
  const original = port[method];
  if (!original) throw new Error(`there is no step ${kill.step}`);
  const die = () => {
    writeFileSync(kill.file, `${kill.when} ${kill.step} #${kill.nth}`);
    process.kill(process.pid, "SIGKILL");
  };
  const interrupted: Call = async (...args) => {
    calls += 1;
    const isIt = calls === kill.nth;
    if (isIt && kill.when === "before") die();
    const result = await original.apply(port, args);
    if (isIt) die();
    return result;
  };
  return { ...app, [part]: { ...port, [method]: interrupted } };
}
