/** Markup by tagged templates: what is put in is escaped, unless it is markup already. */

export type Markup = { readonly markup: string };

export function html(
  parts: TemplateStringsArray,
  ...values: ReadonlyArray<string | number | Markup | readonly Markup[]>
): Markup {
  const texts = parts.map((part, index) => `${part}${index < values.length ? markupOf(values[index] ?? "") : ""}`);
  return { markup: texts.join("") };
}

function markupOf(value: string | number | Markup | readonly Markup[]): string {
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}
