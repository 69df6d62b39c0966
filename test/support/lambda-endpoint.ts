/** Lambda and STS on loopback, as the AWS SDK speaks to them: an invocation runs a handler of ours, if its caller may invoke it. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type LambdaHandler, lambdaContext } from "../../local/lambda-context.ts";

export type LambdaEndpoint = { url: string; invoked: Array<{ name: string; event: unknown }>; stop(): void };

type Deployed = Readonly<Record<string, LambdaHandler<unknown, unknown>>>;

/** @param rights of each access key: the names of the functions that it may invoke */
export async function lambdaEndpoint(
  functions: Deployed,
  rights: Readonly<Record<string, readonly string[]>>,
): Promise<LambdaEndpoint> {
  const invoked: LambdaEndpoint["invoked"] = [];

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? "")?.[1];
    const answer =
      name === undefined
        ? identityOf(key)
        : await invoke(decodeURIComponent(name), JSON.parse(body), rights[key] ?? []);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  });

  async function invoke(name: string, event: unknown, may: readonly string[]) {
    if (!may.includes(name))
      return refusal(403, "AccessDeniedException", `not authorized to perform: lambda:InvokeFunction`);
    const handler = functions[name];
    if (!handler) return refusal(404, "ResourceNotFoundException", `Function not found: ${name}`);
    invoked.push({ name, event });
    try {
      const result = await handler(event, lambdaContext(name, 30_000));
      return { status: 200, headers: {}, body: JSON.stringify(result) };
    } catch (cause) {
      const { name: errorType, message: errorMessage } = cause as Error;
      const headers = { "x-amz-function-error": "Unhandled" };
      return { status: 200, headers, body: JSON.stringify({ errorType, errorMessage }) };
    }
  }

  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    invoked,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function refusal(status: number, type: string, message: string) {
  const headers = { "content-type": "application/json", "x-amzn-errortype": type };
  return { status, headers, body: JSON.stringify({ Type: "User", Message: message }) };
}

function identityOf(key: string) {
  const body = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/${key}</Arn><UserId>${key}</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
