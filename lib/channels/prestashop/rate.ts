/** The VAT rate that lies between two prices of the webservice: nothing else in an order's rows says it. Pure. */
import { rateBetween, type Vat, vatFrom } from "../../core/money.ts";
import { type Decimal, decimalText, readDecimal } from "../shared/decimal.ts";

/** So far above hundredths do prices of six decimals tell rates apart. */
const FINE = 3;

/** @returns undefined where no rate, or more than one, would give these prices */
export function vatBetween(net: string, gross: string): Vat | undefined {
  const [from, to] = [readDecimal(net), readDecimal(gross)];
  if (!from || !to || from.units <= 0n || to.units <= 0n) return undefined;
  const isFine = [from, to].some((price) => decimalsOf(price) > 2);
  const plain = () => rateBetween(decimalText(from), decimalText(to));
  const fine = () => rateBetween(decimalText(raised(from)), decimalText(raised(to)));
  if (isFine) return fine() ?? tenthsBetween(from, to) ?? plain();
  // Hundredths tell a tenth of a per cent apart from here on.
  return plain() ?? (from.units >= 10n ** BigInt(from.scale + 1) ? tenthsBetween(from, to) : undefined);
}

/** Abroad there are rates such as 5.5 and 25.5 percent. */
function tenthsBetween(net: Decimal, gross: Decimal): Vat | undefined {
  const scale = Math.max(net.scale, gross.scale);
  const [from, to] = [net, gross].map(({ units, scale: own }) => units * 10n ** BigInt(scale - own));
  if (from === undefined || to === undefined || to < from) return undefined;
  const tenths = ((to - from) * 2000n + from) / (2n * from);
  const off = from * (1000n + tenths) - to * 1000n;
  // Each price is off by half of its last place at most.
  return tenths < 300n && (off < 0n ? -off : off) <= 1500n ? vatFrom(`${tenths / 10n}.${tenths % 10n}`) : undefined;
}

function decimalsOf(price: Decimal): number {
  return decimalText(price).split(".")[1]?.length ?? 0;
}

function raised({ units, scale }: Decimal): Decimal {
  return scale >= FINE ? { units, scale: scale - FINE } : { units: units * 10n ** BigInt(FINE - scale), scale: 0 };
}
