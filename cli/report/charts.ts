/** Charts as inline SVG, drawn in the page's own colours. Numbers stand beside each in a table: none is needed to read it. */
import { html, type Markup } from "./html.ts";

type Day = { day: string; orders: number; surplus: number };

const WIDTH = 720;
const HEIGHT = 160;

/** @param title what a screen reader says of it */
export function dayChart(days: readonly Day[], title: string): Markup {
  const highest = days.reduce((most, { orders }) => Math.max(most, orders), 1);
  const step = WIDTH / Math.max(days.length, 1);
  const bars = days.map(({ orders, surplus }, index) => {
    const bar = (count: number, kind: string) => {
      const height = (count / highest) * HEIGHT;
      const [x, y, wide] = [index * step, HEIGHT - height, Math.max(step - 1, 0.6)].map((one) => one.toFixed(2));
      return html`<rect class="${kind}" x="${x ?? 0}" y="${y ?? 0}" width="${wide ?? 0}" height="${height.toFixed(2)}"/>`;
    };
    return html`${bar(orders, "all")}${bar(surplus, "double")}`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}" preserveAspectRatio="none">${bars}</svg>`;
}

/** One bar of its share; decoration beside a number. */
export function shareBar(part: number, whole: number): Markup {
  const percent = whole === 0 ? 0 : Math.round((part / whole) * 100);
  return html`<span class="bar" aria-hidden="true"><span style="width:${percent}%"></span></span>`;
}
