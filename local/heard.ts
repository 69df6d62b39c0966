/**
 * Imported first, because the logger reads its level when it is loaded, and returns to it at each run of a function: all of
 * the log is heard, for the file and the console, and what a desk wants to see of it is printed.
 */
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL", "SILENT"];
const HEARD = "INFO";
const SHOWN = process.env.POWERTOOLS_LOG_LEVEL ?? "WARN";

if (LEVELS.indexOf(SHOWN) > LEVELS.indexOf(HEARD)) process.env.POWERTOOLS_LOG_LEVEL = HEARD;

/** POWERTOOLS_LOG_LEVEL=INFO prints every verdict as in the cloud. */
export function isShown(level: unknown): boolean {
  return LEVELS.indexOf(String(level)) >= LEVELS.indexOf(SHOWN);
}
