/** Kinds of trouble: each is mended in another place. */

/** What only the platform's own words tell apart. */
export type Refusal = "wrong-keys" | "no-rights" | "header-dropped" | "api-off" | "not-there" | "too-many-calls";

export type TroubleKind =
  | Refusal
  | "dns"
  | "tls"
  | "unreached"
  | "timeout"
  | "redirect"
  | "cut"
  | "too-large"
  | "firewall"
  | "maintenance"
  | "page"
  | "down"
  | "refused"
  | "unexpected";
