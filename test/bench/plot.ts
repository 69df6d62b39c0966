/** Bars as SVG, readable on a light and on a dark page. */
import type { Spread } from "./measure.ts";

type Group = { name: string; bars: Array<Spread & { name: string }> };

const WIDTH = 760;
const LEFT = 230;
const ROW = 22;
const COLOURS = ["#2f6fde", "#d9822b", "#7a8793", "#3c9a5f", "#a05cc2"];

export function bars(title: string, groups: readonly Group[]): string {
  const most = Math.max(...groups.flatMap(({ bars: all }) => all.map(({ max }) => max)), Number.MIN_VALUE);
  const x = (value: number) => LEFT + (value / most) * (WIDTH - LEFT - 70);
  let y = 34;
  const rows = groups.flatMap(({ name, bars: all }) => {
    y += 12;
    const heading = text(8, y + 4, name, "font-weight='600'");
    y += 10;
    const drawn = all.map(({ name: who, median, min, max }, nth) => {
      const middle = y + ROW / 2;
      y += ROW;
      return [
        text(LEFT - 8, middle + 4, who, "text-anchor='end'"),
        `<rect x='${LEFT}' y='${middle - 7}' width='${(x(median) - LEFT).toFixed(1)}' height='14' fill='${COLOURS[nth % COLOURS.length]}'/>`,
        `<path d='M${x(min).toFixed(1)} ${middle}H${x(max).toFixed(1)}' stroke='#888' stroke-width='2'/>`,
        text(x(max) + 6, middle + 4, median >= 100 ? median.toFixed(0) : median.toFixed(1)),
      ].join("");
    });
    return [heading, ...drawn];
  });
  const height = y + 12;
  const open = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${WIDTH} ${height}' font-family='sans-serif' font-size='12'><title>${escaped(title)}</title>`;
  return `${open}<rect width='${WIDTH}' height='${height}' fill='#fff'/>${text(8, 22, title, "font-size='14' font-weight='600'")}${rows.join("\n")}</svg>\n`;
}

function text(x: number, y: number, content: string, more = ""): string {
  return `<text x='${x.toFixed(1)}' y='${y.toFixed(1)}' fill='#222' ${more}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
