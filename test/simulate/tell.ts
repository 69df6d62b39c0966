/** What a simulation came to, as lines. */
import { type Options, simulate } from "./simulate.ts";

/** @returns whether everything was right */
export async function simulateAndTell(options: Options, say: (line: string) => void): Promise<boolean> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const { complaints, counts, ...figures } = await simulate({ ...options, say });
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const simulated = figures.days * 86_400;
  for (const complaint of complaints) say(`! ${complaint}`);
  say(
    Object.entries(counts)
      .map(([name, times]) => `${name}=${times}`)
      .join(" "),
  );
  const { days, seed, steps, purchases, erpOrders, lost, doubled, untold, told, keptTooLong, openCases } = figures;
  say(
    `days=${days} purchases=${purchases} erp_orders=${erpOrders} lost=${lost} doubled=${doubled} untold=${untold} ` +
      `told=${told} kept_too_long=${keptTooLong} open_cases=${openCases} steps=${steps} seconds=${seconds.toFixed(0)} ` +
      `ratio=${Math.round(simulated / seconds)} cpu_ratio=${Math.round((simulated * 1e6) / (user + system))} seed=${seed}`,
  );
  return lost + doubled + untold + keptTooLong === 0;
}
