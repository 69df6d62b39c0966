/** Raw bodies in S3. The client is loaded with the first body: hardly any run of a function has one to keep. */
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { Bodies } from "../core/ports/bodies.ts";

export function s3Bodies(bucket: string, config: S3ClientConfig = {}): Bodies {
  const open = async () => {
    const sdk = await import("@aws-sdk/client-s3");
    return { sdk, client: new sdk.S3Client(config) };
  };
  let opened: ReturnType<typeof open> | undefined;
  const load = () => {
    opened ??= open();
    return opened;
  };
  return {
    async put(name, body) {
      const { sdk, client } = await load();
      const ContentType = "application/octet-stream";
      await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: name, Body: body, ContentType }));
      return name;
    },
    async read(name) {
      const { sdk, client } = await load();
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: name }));
        return Body && Buffer.from(await Body.transformToByteArray());
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return undefined;
        throw error;
      }
    },
    async remove(name) {
      const { sdk, client } = await load();
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: name }));
    },
  };
}
