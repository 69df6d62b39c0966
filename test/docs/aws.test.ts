/** What AWS and SST do of themselves, and no code here can change, is said to whoever deploys, in both languages. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8").replaceAll(/\s+/g, " ");
const deploying = [page("docs/deploying.md"), page("docs/pl/deploying.md")];
const privacy = [page("docs/privacy.md"), page("docs/pl/privacy.md")];

test("the address of the alarms is to be confirmed first, and what rings already can be asked", () => {
  const [english, polish] = deploying;
  expect(english).toContain("**Confirm first**");
  expect(polish).toContain("**Najpierw potwierdź**");
  for (const text of deploying) expect(text).toContain("aws cloudwatch describe-alarms --state-value ALARM");
});

test("another region later is a second deployment beside the first", () => {
  const [english, polish] = deploying;
  expect(english).toContain("`KOJARZ_REGION` is chosen once. Another region later is a second deployment");
  expect(polish).toContain("`KOJARZ_REGION` wybiera się raz. Inny region później to drugie wdrożenie");
});

test("what `sst remove` leaves is named", () => {
  const left = ["sst-state-…", "sst-asset-…", "/sst/bootstrap", "/sst/passphrase/kojarz/<stage>"];
  for (const text of deploying) for (const name of left) expect(text).toContain(name);
  for (const text of [...privacy, page("SECURITY.md")]) expect(text).toContain("`sst remove`");
});

test("whoever reads a function's code and its environment reads its secrets", () => {
  const [english, polish] = privacy;
  expect(english).toContain("Whoever may read a function's code and environment has its secrets");
  expect(polish).toContain("Kto może czytać kod i zmienne środowiskowe funkcji, ma jej sekrety");
  expect(page("SECURITY.md")).toContain("`lambda:GetFunction`");
});

test("that an alarm is told once, and that held orders after the first come in other messages, is promised no better", () => {
  expect(page("docs/operating.md")).toContain("While an alarm lasts, CloudWatch sends nothing about it");
  expect(page("docs/pl/operating.md")).toContain("Dopóki alarm trwa, CloudWatch o nim milczy");
});
