/** One verifier for all channels that sign with a shared secret: each row of data proves the sender, and nothing else. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNATURE as prestashop } from "../../../lib/channels/prestashop/receive.ts";
import { isSigned, type SignatureScheme, signatureOf } from "../../../lib/channels/shared/proof.ts";
import { SIGNATURE as shoper } from "../../../lib/channels/shoper/receive.ts";
import { SIGNATURE as shopify } from "../../../lib/channels/shopify/signature.ts";
import { SIGNATURE as standard } from "../../../lib/channels/standard/index.ts";
import { SIGNATURE as woocommerce } from "../../../lib/channels/woocommerce/receive.ts";

const SCHEMES: Array<[string, SignatureScheme]> = Object.entries({
  prestashop,
  shoper,
  shopify,
  standard,
  woocommerce,
});

/** A secret as a configuration may have it, in base64 too; two of them never mean the same. */
const secrets = fc.uniqueArray(
  fc.uint8Array({ minLength: 16, maxLength: 40 }).map((bytes) => `whsec_${Buffer.from(bytes).toString("base64")}`),
  { minLength: 3, maxLength: 3 },
);
const bodies = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const text = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);

type Sent = { headers: Record<string, string>; body: Buffer };

describe.each(SCHEMES)("the signatures of %s", (_, scheme) => {
  const [header] = scheme.header;
  const signedHeaders = scheme.pieces.flatMap((piece) =>
    typeof piece === "object" && "header" in piece ? piece.header[0] : [],
  );
  const headers = fc.record(Object.fromEntries(signedHeaders.map((name) => [name, text])));

  function signed(sent: Sent, secret: string): Sent {
    const signature = signatureOf(scheme, sent, secret);
    if (signature === undefined) throw new Error("not signed");
    return { ...sent, headers: { ...sent.headers, [header]: signature } };
  }

  const sent = fc.tuple(headers, bodies, secrets).map(([given, body, keys]) => ({ headers: given, body, keys }));

  test("fit whichever of the configured secrets made them, and no other one", () => {
    fc.assert(
      fc.property(sent, ({ keys: [first = "", second = "", other = ""], ...request }) => {
        for (const secret of [first, second])
          expect(isSigned(scheme, signed(request, secret), [first, second])).toBe(true);
        expect(isSigned(scheme, signed(request, other), [first, second])).toBe(false);
        expect(isSigned(scheme, signed(request, first), [])).toBe(false);
      }),
    );
  });

  test("fit no other body, no other signed header, and no request that lacks one", () => {
    fc.assert(
      fc.property(sent, fc.nat(), ({ keys: [secret = ""], ...request }, at) => {
        const right = signed(request, secret);
        const body = Buffer.from(request.body);
        const index = at % body.length;
        body[index] = (body[index] ?? 0) ^ 1;
        expect(isSigned(scheme, { ...right, body }, [secret])).toBe(false);
        for (const name of [header, ...signedHeaders]) {
          const changed = { ...right.headers, [name]: `${right.headers[name]}x` };
          expect(isSigned(scheme, { ...right, headers: changed }, [secret])).toBe(false);
          const { [name]: _, ...lacking } = right.headers;
          expect(isSigned(scheme, { ...right, headers: lacking }, [secret])).toBe(false);
          expect(isSigned(scheme, { ...right, headers: { ...lacking, [name]: "" } }, [secret])).toBe(false);
        }
      }),
    );
  });

  test("are read under each name of their header", () => {
    const request = { headers: Object.fromEntries(signedHeaders.map((name) => [name, "1"])), body: Buffer.from("{}") };
    const { headers: right } = signed(request, "whsec_c2VrcmV0");
    for (const name of scheme.header)
      expect(
        isSigned(scheme, { ...request, headers: { ...request.headers, [name]: right[header] } }, ["whsec_c2VrcmV0"]),
      ).toBe(true);
  });
});

test("of several signatures in one header one is enough, and the eleventh is not looked at", () => {
  const request = { headers: { "webhook-id": "msg_1", "webhook-timestamp": "1795521600" }, body: Buffer.from("{}") };
  const right = signatureOf(standard, request, "whsec_c2VrcmV0");
  const among = (others: number) => {
    const headers = { ...request.headers, "webhook-signature": `${"v1,AAAA ".repeat(others)}${right}` };
    return isSigned(standard, { ...request, headers }, ["whsec_c2VrcmV0"]);
  };
  expect([among(0), among(1), among(9), among(10)]).toEqual([true, true, true, false]);
});
