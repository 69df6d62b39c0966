/** What CloudWatch tells a custom widget with each call. Lenient: whatever is not as documented counts as not said. */
import * as z from "zod/mini";
import { anyText } from "../../core/schemas.ts";

type Language = "pl" | "en";

export type WidgetContext = {
  language: Language;
  theme: "light" | "dark";
  /** Of the viewer's clock, in minutes east of UTC. */
  offsetMinutes: number;
  /** Every form field inside the widget, by its name. */
  forms: Readonly<Partial<Record<string, string>>>;
};

const Described = z.lazy(() =>
  z.looseObject({
    locale: z.catch(anyText, "en"),
    theme: z.catch(z.enum(["light", "dark"]), "light"),
    timezone: z.catch(z.looseObject({ offsetISO: anyText }), { offsetISO: "+00:00" }),
    forms: z.catch(z.looseObject({ all: z.record(anyText, z.unknown()) }), { all: {} }),
  }),
);

/** @param told `widgetContext` of the event */
export function contextOf(told: unknown): WidgetContext {
  const { locale, theme, timezone, forms } = Described.parse(typeof told === "object" && told !== null ? told : {});
  return {
    language: /^pl\b/i.test(locale) ? "pl" : "en",
    theme,
    offsetMinutes: offsetOf(timezone.offsetISO),
    forms: Object.fromEntries(Object.entries(forms.all).map(([name, value]) => [name, String(value ?? "").trim()])),
  };
}

/** `+01:00` */
function offsetOf(iso: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(iso) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
