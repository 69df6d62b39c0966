/** The VAT of one order as two sides tell it: what of its gross lies under which rate. Pure. */
import { type Share, type Vat, vatName } from "../../lib/core/money.ts";

/** One share for each VAT, the largest first; what comes to nothing is left out. */
export function grossByVat(shares: readonly Share[]): Share[] {
  const byVat = Map.groupBy(shares, ({ vat }) => vatName(vat));
  return [...byVat.values()]
    .flatMap((of): Share[] => {
      const gross = grossOf(of);
      return gross === 0 ? [] : [{ gross, vat: of[0]?.vat }];
    })
    .sort((a, b) => b.gross - a.gross || (vatName(a.vat) < vatName(b.vat) ? -1 : 1));
}

/**
 * Equal within a minor unit a line plus one, and within what the ERP's own lines are from its total: an ERP with net prices
 * rounds each piece. What the source does not say may be under any VAT.
 * @param order its lines at the source, and its total in the ERP
 */
export function isTaxedAlike(
  said: readonly Share[],
  inErp: readonly Share[],
  order: { lines: number; total: number },
): boolean {
  // Untaxed is said without a reason; the ERP has to name one.
  const loosely = [...said, ...inErp].some(({ vat }) => vat?.kind === "untaxed");
  const ours = sumsOf(
    said.filter(({ vat }) => vat !== undefined),
    loosely,
  );
  const theirs = sumsOf(inErp, loosely);
  const unsaid = grossOf(said.filter(({ vat }) => vat === undefined));
  const tolerance = order.lines + 1 + Math.abs(order.total - grossOf(inErp));
  return [...new Set([...ours.keys(), ...theirs.keys()])].every((name) => {
    const more = (theirs.get(name) ?? 0) - (ours.get(name) ?? 0);
    return more >= -tolerance && more <= unsaid + tolerance;
  });
}

function grossOf(shares: readonly Share[]): number {
  return shares.reduce((sum, { gross }) => sum + gross, 0);
}

function sumsOf(shares: readonly Share[], loosely: boolean): Map<string, number> {
  const nameOf = (vat: Vat | undefined) => (loosely && vat && vat.kind !== "rate" ? "exempt" : vatName(vat));
  const sums = new Map<string, number>();
  for (const { gross, vat } of shares) sums.set(nameOf(vat), (sums.get(nameOf(vat)) ?? 0) + gross);
  return sums;
}
