/** Raw bodies in S3. The client is loaded with the first body: hardly any run of a function has one to keep. */
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { Bodies } from "./bodies.ts";

export function s3Bodies(bucket: string, config: S3ClientConfig = {}): Bodies {
  let loaded: Promise<{ client: S3Client; Put: typeof import("@aws-sdk/client-s3").PutObjectCommand }> | undefined;
  const load = async () => {
    const { PutObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
    return { client: new S3Client(config), Put: PutObjectCommand };
  };
  return {
    async put(name, body) {
      loaded ??= load();
      const { client, Put } = await loaded;
      await client.send(new Put({ Bucket: bucket, Key: name, Body: body, ContentType: "application/octet-stream" }));
      return name;
    },
  };
}
