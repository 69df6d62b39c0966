/** The graphs of the dashboard, drawn by uPlot. */
import uPlot from "/console/uplot.js";
import { say } from "./words.js";

const LIGHT = ["#0b57c4", "#b4480a", "#00734c", "#8e2bb0", "#a3123f", "#5a6b00", "#006d86", "#7a4a00"];
const DARK = ["#86bdff", "#ffb27a", "#6fdcae", "#dba2f2", "#ff9db0", "#cfe06a", "#7fdcf2", "#f0c37a"];
const HEIGHT = 130;

let drawn = [];

function optionsOf(graph, width) {
  const isDark = document.documentElement.dataset.theme === "dark";
  const colours = isDark ? DARK : LIGHT;
  const style = getComputedStyle(document.documentElement);
  const [ink, line] = [style.getPropertyValue("--dim"), style.getPropertyValue("--line")];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line }, font: "11px system-ui" };
  return {
    width,
    height: HEIGHT,
    cursor: { show: false },
    legend: { live: false },
    axes: [
      { ...axis, space: 70 },
      { ...axis, size: 46 },
    ],
    scales: { y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(1, (max ?? 1) * 1.1)] } },
    series: [
      {},
      ...graph.series.map(({ label }, index) => ({
        label,
        stroke: colours[index % colours.length],
        width: 2,
        points: { show: true, size: 4 },
        spanGaps: true,
      })),
    ],
  };
}

function boxOf(graph) {
  const box = document.createElement("section");
  box.className = "graph";
  const title = document.createElement("h3");
  title.textContent = graph.title;
  box.append(title);
  const isEmpty = graph.series.every(({ points }) => points.every((point) => point === null));
  if (isEmpty) {
    const note = document.createElement("p");
    note.textContent = graph.onAws ? say("onAws") : say("nothing");
    box.append(note);
  }
  return { box, isEmpty };
}

export async function drawGraphs() {
  const minutes = document.getElementById("minutes").value;
  const answer = await fetch(`/console/graphs?minutes=${minutes}`);
  if (!answer.ok) return;
  const parts = await answer.json();
  for (const graph of drawn) graph.destroy();
  drawn = [];
  const host = document.getElementById("graphs");
  const boxes = parts.map(({ heading, graph }) => {
    if (heading === undefined) return { graph, ...boxOf(graph) };
    const row = document.createElement("h3");
    row.className = "row";
    row.textContent = heading;
    return { box: row, isEmpty: true };
  });
  host.replaceChildren(...boxes.map(({ box }) => box));
  for (const { graph, box, isEmpty } of boxes) {
    if (isEmpty) continue;
    const data = [graph.times, ...graph.series.map(({ points }) => points)];
    drawn.push(new uPlot(optionsOf(graph, box.clientWidth - 16), data, box));
    box.querySelector("canvas").setAttribute("aria-hidden", "true");
  }
}
