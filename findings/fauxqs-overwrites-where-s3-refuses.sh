#!/usr/bin/env bash
# fauxqs takes a conditional PutObject of S3 and leaves the condition out.
#
# Package   fauxqs 2.4.1 with @aws-sdk/client-s3 3.1169.0. Node >= 22.
# Expected  `IfNoneMatch: "*"` writes an object only where there is none: 412 PreconditionFailed for the second, as S3
#           answers since August 2024 (`If-Match` since November 2024). An emulator that cannot do it says so: its
#           README lists limitations, and this is none of them.
# Seen      200 for both, and the second body is in the place of the first. A wrong `If-Match` overwrites as well, and
#           one for an object that is not there makes it.
# Why       "The first body of an order wins" is green in the tests for a build that never asks for it, and green for one
#           that loses to a duplicate: the test cannot fail.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 fauxqs@2.4.1 @aws-sdk/client-s3@3.1169.0

expect_output <<'EOF'
put "first" if there is none: 200
put "second" if there is none: 200
put "third" if the etag is another: 200
put elsewhere if the etag is another: 200
kept: third
EOF

run_check <<'EOF'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";

const server = await startFauxqs({ port: 0, logger: false });
const client = new S3Client({
  endpoint: `http://127.0.0.1:${server.port}`,
  region: "eu-central-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  forcePathStyle: true,
});
await client.send(new CreateBucketCommand({ Bucket: "bodies" }));
const put = async (label, Key, Body, condition) => {
  const status = await client
    .send(new PutObjectCommand({ Bucket: "bodies", Key, Body, ...condition }))
    .then((answer) => answer.$metadata.httpStatusCode, (error) => error.name);
  console.log(`put ${label}: ${status}`);
};
const another = { IfMatch: '"00000000000000000000000000000000"' };
await put('"first" if there is none', "order-7", "first", { IfNoneMatch: "*" });
await put('"second" if there is none', "order-7", "second", { IfNoneMatch: "*" });
await put('"third" if the etag is another', "order-7", "third", another);
await put("elsewhere if the etag is another", "order-8", "fourth", another);
const { Body } = await client.send(new GetObjectCommand({ Bucket: "bodies", Key: "order-7" }));
console.log(`kept: ${await Body.transformToString()}`);
await server.stop();
process.exit(0);
EOF
