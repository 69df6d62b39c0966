/** The page of the console, as it comes before anything was asked: its frame, and what this run has. Pure. */
import { escaped } from "../../lib/ops/widget/html.ts";
import type { Place, ShownAccount } from "../front-page.ts";

export type PageOptions = {
  token: string;
  places: readonly Place[];
  accounts: readonly ShownAccount[];
  /** Whether there are simulated platforms to play a purchase on. */
  stories: unknown;
  erpFaults: unknown;
};

/** `data-pl`: the text in Polish, put in its place by the page where it is shown in Polish. */
export function pageOf({ token, places, accounts, stories, erpFaults }: PageOptions): string {
  const links = places.map(({ path, what }) => `<li><a href="${path}">${path}</a> <span>${escaped(what)}</span></li>`);
  const rows = accounts.map(({ name, receives }) => {
    const address = `/webhooks/${name.replace(":", "/")}`;
    const how = receives ? `reports to <code>${escaped(address)}</code>` : "is polled";
    return `<li><code>${escaped(name)}</code> ${how}</li>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="kojarz-token" content="${token}">
<title>Kojarz</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console/uplot.css">
<link rel="stylesheet" href="/console/console.css">
<script type="module" src="/console/console.js"></script>
</head>
<body>
<a class="skip" href="#cases" data-pl="Przejdź do spraw">Skip to the cases</a>
<header>
<h1>Kojarz</h1>
<p class="tagline" data-pl="Każdy zakup trafia do ERP dokładnie raz, ktokolwiek go zgłosi.">Each purchase enters the ERP exactly once, whoever reports it.</p>
<div class="switches">
<button type="button" id="language" lang="pl">Po polsku</button>
<button type="button" id="theme" aria-pressed="false" data-pl="Ciemno">Dark</button>
</div>
</header>
<main>
${stories ? STORY : ""}
<section class="panel left" id="cases" tabindex="-1" aria-labelledby="cases-title">
<h2 id="cases-title" data-pl="Sprawy, szukanie, stan">Cases, search, state</h2>
<div class="widget" data-door="read"></div>
</section>
<section class="panel right" aria-labelledby="messages-title">
<h2 id="messages-title" data-pl="Wiadomości na żywo">Messages, live</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="messages-title">
<table id="messages"><thead><tr>
<th scope="col" data-pl="Czas">Time</th><th scope="col" data-pl="Konto">Account</th><th scope="col" data-pl="Zamówienie">Order</th>
<th scope="col" data-pl="Odpowiedź">Answer</th><th scope="col" data-pl="Werdykt">Verdict</th><th scope="col" data-pl="Powód">Reason</th>
</tr></thead><tbody></tbody></table>
<p id="no-messages" data-pl="Jeszcze nic nie przyszło.">Nothing has come in yet.</p>
</div>
</section>
<section class="panel left" aria-labelledby="act-title">
<details><summary id="act-title" data-pl="Wiele naraz">Many at once</summary><div class="widget" data-door="act"></div></details>
</section>
${erpFaults ? DISTURB : ""}
<section class="panel" id="dashboard" aria-labelledby="graphs-title">
<h2 id="graphs-title" data-pl="Pulpit">Dashboard</h2>
<p class="dim" data-pl="Ten sam pulpit co w CloudWatch, rysowany z pomiarów tego uruchomienia.">The same dashboard as in CloudWatch, drawn from what this run measured.</p>
<p><label><span data-pl="Ostatnie">The last</span> <select id="minutes"><option value="10">10 min</option><option value="60">60 min</option><option value="120">120 min</option></select></label></p>
<div id="graphs"></div>
</section>
</main>
<footer>
<section><h2 data-pl="Strony">Pages</h2><ul>${links.join("\n")}</ul></section>
<section><h2 data-pl="Konta">Accounts</h2><ul>${rows.join("\n")}</ul></section>
</footer>
<dialog id="confirm" aria-labelledby="confirm-text"><form method="dialog"><p id="confirm-text"></p>
<button value="no" data-pl="Nie">No</button> <button value="yes" class="primary" data-pl="Tak">Yes</button></form></dialog>
</body>
</html>
`;
}

const STORY = `<section class="panel" id="story" aria-labelledby="story-title">
<h2 id="story-title" data-pl="Prześledź jeden zakup">Follow one purchase</h2>
<p class="dim" data-pl="Ten sam zakup zgłaszają trzy źródła, w wybranej kolejności. W ERP powstaje jedno zamówienie.">The same purchase is reported by three sources, in the order that you choose. It becomes one order in the ERP.</p>
<div class="story-controls"><label><span data-pl="Kolejność">Order of the reports</span> <select id="story-order"></select></label>
<button type="button" id="story-begin" class="primary" data-pl="Zacznij">Begin</button>
<button type="button" id="story-step" disabled data-pl="Następny krok">Next step</button></div>
<ol id="story-steps" class="steps"></ol>
<p id="story-said" role="status"></p>
</section>`;

const DISTURB = `<section class="panel right" aria-labelledby="disturb-title">
<h2 id="disturb-title" data-pl="Zakłóć odgrywany ERP">Disturb the played ERP</h2>
<p class="dim" data-pl="Zobacz, co dzieje się z zamówieniami, gdy ERP nie odpowiada albo odmawia.">See what becomes of orders while the ERP does not answer, or refuses.</p>
<p id="disturb"><button type="button" data-faults='{}' aria-pressed="true" data-pl="Działa">Works</button>
<button type="button" data-faults='{"find-fails":1,"timeout-before":1}' aria-pressed="false" data-pl="Nie odpowiada">Does not answer</button>
<button type="button" data-faults='{"refused":1}' aria-pressed="false" data-pl="Odmawia">Refuses</button></p>
</section>`;
