/** One purchase that three sources report, followed step by step. */
import { post } from "./widget.js";
import { say } from "./words.js";

const SOURCES = ["shop", "baselinker", "allegro"];
const LOOK_MS = 400;

function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

function named(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/** @param trace shows the history of an order, by any number of it */
export function openStory(trace) {
  const choice = document.getElementById("story-order");
  if (!choice) return () => undefined;
  const [begin, next] = [document.getElementById("story-begin"), document.getElementById("story-step")];
  const [list, said] = [document.getElementById("story-steps"), document.getElementById("story-said")];
  let followed;
  /** The story whose step is under way: its answer may come after another story began. */
  let stepping;

  function offer() {
    const chosen = choice.value;
    choice.replaceChildren(
      ...permutations(SOURCES).map((order) => {
        const option = named("option", "", order.map(say).join(" → "));
        option.value = order.join(" ");
        return option;
      }),
    );
    if (chosen) choice.value = chosen;
  }

  function draw() {
    if (!followed) return;
    const steps = followed.steps.map(({ source, account, sourceOrder, told, isDone }, index) => {
      const item = named("li", isDone ? "done" : "", "");
      item.append(named("div", "name", `${index + 1}. ${say(source)}`), named("div", "dim", account));
      if (!isDone) item.append(named("div", "dim", say("notYet")));
      if (isDone) item.append(named("div", "", sourceOrder));
      for (const { verdict, reason } of told.slice(0, 2)) {
        const line = named("div", "", "");
        line.append(named("span", `verdict-${verdict}`, verdict), ` ${reason}`);
        item.append(line);
      }
      return item;
    });
    const erp = named("li", followed.erp.length > 0 ? "erp done" : "erp", "");
    erp.append(named("div", "name", say("erp")));
    for (const { number } of followed.erp) erp.append(named("div", "verdict-delivered", number));
    if (followed.erp.length === 0) erp.append(named("div", "dim", say("erpNone")));
    list.replaceChildren(...steps, erp);
    next.disabled = stepping === followed.id || followed.steps.every(({ isDone }) => isDone);
    conclude();
  }

  function conclude() {
    const isOver = followed.steps.every(({ told }) => told.length > 0) && followed.erp.length > 0;
    if (!isOver) return;
    const numbers = followed.erp.map(({ number }) => number).join(", ");
    said.replaceChildren(named("strong", "", `${say("erpOnce")} ${numbers} `));
    const link = named("button", "", say("history"));
    link.type = "button";
    link.id = "story-history";
    link.addEventListener("click", () => trace(followed.steps[0].sourceOrder));
    said.append(link);
  }

  async function look() {
    const known = followed;
    if (!known || known.steps.every(({ isDone }) => !isDone)) return;
    const answer = await fetch(`/console/story?id=${known.id}`);
    if (!answer.ok) return;
    const seen = await answer.json();
    // A step, or another story, may have come in between.
    if (followed !== known || JSON.stringify(seen) === JSON.stringify(known)) return;
    followed = seen;
    draw();
  }

  begin.addEventListener("click", async () => {
    followed = await post("/console/story", { order: choice.value.split(" ") });
    said.textContent = "";
    draw();
    next.focus();
  });
  next.addEventListener("click", async () => {
    const { id } = followed;
    stepping = id;
    next.disabled = true;
    said.textContent = say("working");
    const seen = await post("/console/story/step", { id }).catch(() => undefined);
    if (stepping === id) stepping = undefined;
    if (followed.id !== id) return;
    followed = seen ?? followed;
    said.textContent = seen ? "" : say("failed");
    draw();
    if (!next.disabled) next.focus();
  });
  offer();
  setInterval(() => {
    if (document.visibilityState === "visible") look().catch(() => undefined);
  }, LOOK_MS);
  return () => {
    offer();
    draw();
  };
}
