/** An export of a month in which two integrators write into one ERP, with the truth beside it. All of it is invented. */
import { seeded } from "../support/allegro.ts";

type Made = {
  csv: string;
  /** The ERP numbers of each purchase that was entered twice. */
  doubled: string[][];
};

const FIRST_DAY = Date.UTC(2026, 9, 1);
const DAY = 86_400_000;
const DAYS = 30;
/** One purchase in so many is entered by both. */
const DOUBLED = 20;

export function exportOf({ seed, purchases }: { seed: number; purchases: number }): Made {
  const random = seeded(seed);
  const lines: string[] = [];
  const doubled: string[][] = [];
  let serial = 0;

  function write(at: number, internetId: string, customerNumber: string, total: number): string {
    serial += 1;
    const number = `ZO ${String(serial).padStart(4, "0")}/26`;
    const day = new Date(at).toISOString().slice(0, 10).split("-").reverse().join(".");
    lines.push([number, internetId, customerNumber, day, (total / 100).toFixed(2).replace(".", ",")].join(";"));
    return number;
  }

  for (let purchase = 0; purchase < purchases; purchase += 1) {
    const at = FIRST_DAY + Math.floor(random() * DAYS) * DAY;
    // Many purchases cost the same.
    const total = random() < 0.6 ? 4_999 : 1_000 + Math.floor(random() * 90_000);
    const isDouble = random() < 1 / DOUBLED;
    const isOfMarketplace = random() < 0.5;
    const shop = String(20_000 + purchase);
    const uuid = uuidOf(random);
    // Each integrator has its own numbers, which come near those of others.
    const [internetId, number] = isOfMarketplace ? [uuid, ""] : ["", shop];
    const first = write(at, internetId, number, total);
    if (!isDouble) continue;
    const later = at + (random() < 0.5 ? 0 : DAY);
    const other = isOfMarketplace ? `ALLEGRO-${uuid}`.slice(0, 30) : `B_${shop}`;
    doubled.push([first, write(later, "", other, total)]);
  }
  const headings = "Numer;Nr internetowy;Nr zamówienia klienta;Data;Wartość brutto";
  return { csv: [headings, ...lines].join("\r\n"), doubled };
}

function uuidOf(random: () => number): string {
  const figures = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${figures(8)}-${figures(4)}-11f1-9${figures(3)}-${figures(12)}`;
}
