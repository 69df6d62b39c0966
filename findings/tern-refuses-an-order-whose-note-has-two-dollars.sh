#!/usr/bin/env bash
# A signed Standard Webhooks message is refused by tern where its body holds "$$" or "$&": it puts the body into a template
# with String.replace, which reads both as patterns, and so signs another text.
#
# Package   @hookflo/tern 4.1.0, standardwebhooks 1.1.1 as the sender and the other receiver
# Expected  What one library signs the other takes, whatever the buyer wrote.
# Seen      "100 $" and "$5" pass. "$$" becomes "$", "$&" becomes "{body}" and a dollar before an apostrophe the end of the
#           template: INVALID_SIGNATURE. It is so for every platform there whose signed text is made of id, time and body.
# Why       The sender repeats the order for days, and the log says that the secret is wrong. Only orders with such a note
#           are concerned, so no test message shows it.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 @hookflo/tern@4.1.0 standardwebhooks@1.1.1

expect_output <<'EXPECTED'
note                            standardwebhooks  tern
Proszę dzwonić                  taken             taken
zapłacę 100 $                   taken             taken
$5 zniżki                       taken             taken
$$ promocja $$                  taken             INVALID_SIGNATURE
Kubek 'US$' biały               taken             INVALID_SIGNATURE
szukaj: $&                      taken             INVALID_SIGNATURE
EXPECTED

run_check <<'CHECK'
import tern from "@hookflo/tern";
import { Webhook } from "standardwebhooks";

const secret = `whsec_${Buffer.from("kubki-kubki-kubki-kubki-").toString("base64")}`;
const sender = new Webhook(secret);
const now = new Date();

console.log(`${"note".padEnd(32)}${"standardwebhooks".padEnd(18)}tern`);
for (const note of ["Proszę dzwonić", "zapłacę 100 $", "$5 zniżki", "$$ promocja $$", "Kubek 'US$' biały", "szukaj: $&"]) {
  const body = JSON.stringify({ order: "7", note });
  const headers = {
    "webhook-id": "msg_7",
    "webhook-timestamp": String(Math.floor(now / 1000)),
    "webhook-signature": sender.sign("msg_7", now, body),
  };
  const standard = sender.verify(body, headers).order === "7" ? "taken" : "refused";
  const request = new Request("https://kojarz.example/hook", { method: "POST", headers, body });
  const { isValid, errorCode } = await tern.WebhookVerificationService.verify(request, {
    platform: "dodopayments",
    secret,
  });
  console.log(`${note.padEnd(32)}${standard.padEnd(18)}${isValid ? "taken" : errorCode}`);
}
CHECK
