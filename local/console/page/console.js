/** The console's page: what it asks for, and when. */
import { drawGraphs } from "./graphs.js";
import { openStory } from "./story.js";
import { openWidget, post } from "./widget.js";
import { languageNow, say, speak } from "./words.js";

const MESSAGES_MS = 1_000;
const GRAPHS_MS = 10_000;
const SHOWN = 200;

const widgets = [...document.querySelectorAll(".widget")].map((host) => ({
  host,
  widget: openWidget(host, host.dataset.door),
}));
const reading = widgets.find(({ host }) => host.dataset.door === "read").widget;

function shade(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("kojarz-theme", theme);
  const button = document.getElementById("theme");
  button.setAttribute("aria-pressed", String(theme === "dark"));
  button.textContent = say("dark");
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
shade(localStorage.getItem("kojarz-theme") ?? (prefersDark ? "dark" : "light"));
speak(languageNow());

const retell = openStory((of) => {
  document.getElementById("cases").scrollIntoView({ block: "start" });
  document.getElementById("cases").focus();
  return reading.open({ ask: "trace", of });
});

function redraw() {
  for (const { widget } of widgets) widget.again().catch(() => undefined);
  drawGraphs().catch(() => undefined);
}

document.getElementById("theme").addEventListener("click", () => {
  shade(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  redraw();
});
document.getElementById("language").addEventListener("click", () => {
  speak(languageNow() === "pl" ? "en" : "pl");
  retell();
  redraw();
});
document.getElementById("minutes").addEventListener("change", () => drawGraphs().catch(() => undefined));
document.getElementById("disturb")?.addEventListener("click", async ({ target }) => {
  if (!target.dataset.faults) return;
  await post("/console/erp-faults", JSON.parse(target.dataset.faults));
  for (const button of document.querySelectorAll("#disturb button"))
    button.setAttribute("aria-pressed", String(button === target));
});

const rows = document.querySelector("#messages tbody");
let newest = 0;

function rowOf({ at, account, sourceOrder, status, verdict, reason }) {
  const row = document.createElement("tr");
  const isRefused = Number(status) >= 400;
  const cells = [new Date(at).toLocaleTimeString("sv-SE"), account, sourceOrder || "–", status, verdict || "–", reason];
  for (const [index, text] of cells.entries()) {
    const cell = document.createElement("td");
    cell.textContent = text;
    if (index === 4) cell.className = `verdict-${verdict}`;
    if (index === 3 && isRefused) cell.className = "refused";
    row.append(cell);
  }
  return row;
}

async function listen() {
  const answer = await fetch(`/console/messages?after=${newest}`);
  if (!answer.ok) return;
  for (const message of await answer.json()) {
    newest = message.n;
    rows.prepend(rowOf(message));
  }
  while (rows.children.length > SHOWN) rows.lastElementChild.remove();
  document.getElementById("no-messages").hidden = rows.children.length > 0;
}

function every(ms, work) {
  const run = () => (document.visibilityState === "visible" ? work().catch(() => undefined) : undefined);
  run();
  setInterval(run, ms);
}

for (const { widget } of widgets) widget.open().catch(() => undefined);
every(MESSAGES_MS, listen);
every(GRAPHS_MS, drawGraphs);
