/** `kojarz backfill`: registers what the ERP holds, before the first webhook. */
import { Command } from "commander";
import { wrong } from "./exit.ts";

export function backfillCommand(): Command {
  return new Command("backfill")
    .description(
      "Registers what the ERP holds already, before the webhooks are switched on. On this machine alone: on AWS the watch does it by itself.",
    )
    .option("--config <file>", "your configuration; KOJARZ_CONFIG if absent")
    .option("--again", "begin the window anew")
    .addHelpText(
      "after",
      "\nExamples:\n  kojarz backfill --config kojarz.json\n  KOJARZ_CONFIG=kojarz.json kojarz backfill --again",
    )
    .action(async ({ stage, config, again }: { stage?: string; config?: string; again?: true; json?: true }) => {
      if (stage !== undefined)
        throw wrong("on a stage there is nothing to run: its function ErpWatch registers the ERP orders by itself");
      const configPath = config ?? process.env.KOJARZ_CONFIG;
      if (!configPath) throw wrong("backfill wants your configuration: --config FILE, or KOJARZ_CONFIG");
      process.env.KOJARZ_CONFIG = configPath;
      const { runBackfill } = await import("../local/backfill.ts");
      process.exitCode = await runBackfill(again === true);
    });
}
