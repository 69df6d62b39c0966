import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { s3Bodies } from "../../lib/store/s3-bodies.ts";

let server: Awaited<ReturnType<typeof startFauxqs>>;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  server.createBucket("bodies");
});
afterAll(() => server.stop());

const config = () => ({
  endpoint: server.address,
  region: "eu-central-1",
  forcePathStyle: true,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

test("a body is kept byte for byte under its name, and may be stored again", async () => {
  const bodies = s3Bodies("bodies", config());
  const body = Buffer.from([0, 255, 10]);
  await bodies.put("woocommerce/main/abc", body);
  expect(await bodies.put("woocommerce/main/abc", body)).toBe("woocommerce/main/abc");
  const client = new S3Client(config());
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "bodies", Key: "woocommerce/main/abc" }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(body);
  client.destroy();
});

test("a body that is not stored is an error, never a name", async () => {
  await expect(s3Bodies("nowhere", config()).put("a", Buffer.alloc(1))).rejects.toThrow();
});
