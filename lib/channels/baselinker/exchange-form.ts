/** The form that BaseLinker posts to a shop's exchange file, and the JSON that it wants back. Pure. */
import type { Reply } from "../channel.ts";

/** Field by field; of a repeated one the last, as PHP has it. */
export type Form = Readonly<Record<string, string | undefined>>;

/** A field that comes twice counts as it came last. */
export function formOf(body: Buffer): Form {
  return Object.fromEntries(new URLSearchParams(body.toString("utf8")));
}

/** The form without the key that proved it: what may be kept. */
export function keptOf(form: Form): Buffer {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (name !== "bl_pass") fields.append(name, value ?? "");
  return Buffer.from(fields.toString());
}

export function replyOf(body: object): Reply {
  return { status: 200, contentType: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

/** How the protocol says no; the codes are those of BaseLinker's own files where they have one. */
export function failureOf(error_code: string, error_text: string): object {
  return { error: true, error_code, error_text };
}
