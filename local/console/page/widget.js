/**
 * A custom widget as CloudWatch shows it: the function is called, its HTML is cleaned and shown, and a `cwdb-action` makes
 * the element before it call a function with the form fields of the widget.
 */
import { languageNow, say } from "./words.js";

const token = document.querySelector('meta[name="kojarz-token"]').content;

export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-kojarz-token": token },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** What CloudWatch takes out before it shows anything. */
function cleaned(html) {
  const { body } = new DOMParser().parseFromString(`<body>${html}`, "text/html");
  for (const element of body.querySelectorAll("script, iframe, use, object, embed, link, meta")) element.remove();
  for (const element of body.querySelectorAll("*"))
    for (const { name, value } of [...element.attributes])
      if (/^on/i.test(name) || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
  return body;
}

/** @returns whether the person agrees */
function agreed(text) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** @param door `read` or `act` */
export function openWidget(host, door) {
  const root = host.attachShadow({ mode: "open" });
  let last = { door, event: {} };

  function context() {
    const fields = [...root.querySelectorAll("input, select, textarea")].filter(({ name }) => name !== "");
    const offset = -new Date().getTimezoneOffset();
    const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
    const iso = `${offset < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
    return {
      dashboardName: "kojarz-local-orders",
      widgetId: `widget-${door}`,
      locale: languageNow(),
      timezone: { label: "Local", offsetISO: iso, offsetInMinutes: offset },
      theme: document.documentElement.dataset.theme,
      forms: { all: Object.fromEntries(fields.map(({ name, value }) => [name, value])) },
      params: {},
      width: host.clientWidth,
      height: host.clientHeight,
    };
  }

  async function call(which, event, isAgain = false) {
    host.setAttribute("aria-busy", "true");
    try {
      const { payload, functionError } = await post(`/console/invoke/${which}`, { ...event, widgetContext: context() });
      show(functionError === undefined ? payload : `<p role="alert">${say("failed")}</p>`, isAgain);
      // What acted is not done again when the page only changes its colours.
      last = which === "act" && event.act ? { door, event: {} } : { door: which, event };
    } catch {
      show(`<p role="alert">${say("failed")}</p>`, isAgain);
    } finally {
      host.removeAttribute("aria-busy");
    }
  }

  function show(html, isAgain) {
    const hadFocus = root.activeElement !== null;
    root.replaceChildren(...cleaned(html).childNodes);
    for (const action of root.querySelectorAll("cwdb-action")) bind(action);
    const main = root.querySelector("div");
    if (hadFocus && !isAgain && main) {
      main.tabIndex = -1;
      main.focus({ preventScroll: true });
    }
  }

  function bind(action) {
    const event = JSON.parse(action.textContent || "{}");
    action.hidden = true;
    const which = action.getAttribute("endpoint").endsWith("Act") ? "act" : "read";
    const press = async () => {
      const question = action.getAttribute("confirmation");
      if (question === null || (await agreed(question))) await call(which, event);
    };
    const trigger = action.previousElementSibling;
    trigger?.addEventListener(action.getAttribute("event") ?? "click", press);
    const fields = root.querySelectorAll("[role=search] input");
    if (trigger?.closest("[role=search]"))
      for (const field of fields)
        field.addEventListener("keydown", ({ key }) => {
          if (key === "Enter") press().catch(() => undefined);
        });
  }

  return {
    open: (event = {}) => call(door, event),
    again: () => call(last.door, last.event, true),
  };
}
