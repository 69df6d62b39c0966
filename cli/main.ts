/** The program `kojarz`: what an operator asks and does, from a terminal. */
import { CommanderError } from "commander";
import { Ends, EXIT } from "./exit.ts";
import { program } from "./program.ts";

try {
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = codeOf(error);
}

function codeOf(error: unknown): number {
  // Its text is written already; help and version are no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrong;
  if (error instanceof Ends) {
    process.stderr.write(`kojarz: ${error.message}\n`);
    return error.exit;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  return EXIT.failed;
}
