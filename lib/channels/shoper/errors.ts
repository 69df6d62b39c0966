/** What a Shoper shop says where it gives nothing. */
import * as z from "zod/mini";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { Text } from "../shared/wire.ts";

/** No usable answer came. The same call may work later. */
export class ShoperUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ShoperUnavailable";
  }
}

const Refusal = z.lazy(() => z.object({ error: Text, error_description: Text }));

/** The shop's own code and message, where it says them. */
export function saidOf(answer: HttpAnswer): { code?: string; message?: string } {
  const { error: code, error_description: message } = Refusal.safeParse(jsonOf(answer)).data ?? {};
  return { ...(code && { code }), ...(message && { message }) };
}
