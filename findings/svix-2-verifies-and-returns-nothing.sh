#!/usr/bin/env bash
# `const order = webhook.verify(body, headers)` is undefined with svix 2: the order was in it with svix 1, and still is
# with standardwebhooks, which svix 2 calls.
#
# Package   svix 2.5.0, svix 1.99.1, standardwebhooks 1.1.1. Node >= 22.
# Expected  The two libraries sign alike and share a class and an error, so one takes the other's place.
# Seen      Signatures are the same. svix 2 checks and returns undefined (since August 2026, pull request 2600 of
#           svix/svix-webhooks); svix 1 and standardwebhooks parse and return. They differ in headers, too: svix takes
#           `svix-*` and `webhook-*`, standardwebhooks `webhook-*` alone. A signed body that is no JSON is a SyntaxError in
#           two of them, not the WebhookVerificationError that a handler catches, and nothing at all in svix 2.
# Why       A receiver that answers 204 for "nothing to do" answers 204 for every order after the update, with all
#           signatures in order. In plain JavaScript nothing points at it.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 svix@2.5.0 svix-1@npm:svix@1.99.1 standardwebhooks@1.1.1

expect_output <<'EOF'
one signature for all: true
                  webhook-* headers    svix-* headers              signed, not JSON
standardwebhooks  {"order":"7"}        WebhookVerificationError    SyntaxError
svix 1            {"order":"7"}        {"order":"7"}               SyntaxError
svix 2            undefined            undefined                   undefined
EOF

run_check <<'EOF'
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix2 } from "svix";
import svix1 from "svix-1";

const secret = `whsec_${Buffer.from("kubki-kubki-kubki-kubki-").toString("base64")}`;
const now = new Date();
const libraries = { standardwebhooks: new Standard(secret), "svix 1": new svix1.Webhook(secret), "svix 2": new Svix2(secret) };
const message = (prefix, body) => ({
  [`${prefix}-id`]: "msg_7",
  [`${prefix}-timestamp`]: String(Math.floor(now / 1000)),
  [`${prefix}-signature`]: libraries.standardwebhooks.sign("msg_7", now, body),
});
const told = (webhook, prefix, body) => {
  try {
    return String(JSON.stringify(webhook.verify(body, message(prefix, body))));
  } catch (error) {
    return error.name;
  }
};

const order = '{"order":"7"}';
const signatures = new Set(Object.values(libraries).map((webhook) => webhook.sign("msg_7", now, order)));
console.log(`one signature for all: ${signatures.size === 1}`);
console.log(`${" ".repeat(18)}${"webhook-* headers".padEnd(21)}${"svix-* headers".padEnd(28)}signed, not JSON`);
for (const [name, webhook] of Object.entries(libraries)) {
  const cells = [told(webhook, "webhook", order).padEnd(21), told(webhook, "svix", order).padEnd(28)];
  console.log(`${name.padEnd(18)}${cells.join("")}${told(webhook, "webhook", "order=7")}`);
}
EOF
