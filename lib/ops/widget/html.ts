/** HTML in which nothing stands that was not escaped: what a buyer, a shop or an ERP wrote goes in as text. Pure. */

/** Escaped already. Only `html` makes it. */
export class Html {
  readonly text: string;
  private constructor(text: string) {
    this.text = text;
  }
  /** @param strings of the program, never of the outside world */
  static of(strings: readonly string[], values: readonly HtmlValue[]): Html {
    return new Html(
      strings.map((part, index) => `${part}${index < values.length ? shown(values[index]) : ""}`).join(""),
    );
  }
}

export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[];

/** `` html`<td>${name}</td>` ``: a value is escaped, HTML goes in as it is, a list one after the other, nothing as nothing. */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return Html.of(strings, values);
}

function shown(value: HtmlValue): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  return typeof value === "object" ? value.map(shown).join("") : escaped(String(value));
}

/** Also within quotes of either kind. Signs that no one sees and that turn the reading order round are shown as such. */
export function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/gu, "\ufffd")
    .replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
