/** The page. Pure. */
import type { Proven } from "./prove.ts";

export function pageOf(results: readonly Proven[]): { lines: string[]; failed: number } {
  const sum = (figure: "passed" | "failed" | "seconds") => results.reduce((total, one) => total + one[figure], 0);
  const lines = results.flatMap(({ name, passed, failed, seconds, line }) => [
    `${failed === 0 ? "ok  " : "FAIL"} ${name}: ${passed} passed, ${failed} failed, ${seconds} s`,
    `     ${line}`,
  ]);
  const failed = sum("failed");
  return { lines: [...lines, `${sum("seconds")} s`, `${sum("passed")} passed, ${failed} failed`], failed };
}
