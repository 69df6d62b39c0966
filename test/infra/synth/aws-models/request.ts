import type { Made } from "../graph.ts";
import type { Values } from "../judging.ts";

/** A call of the API. Members that are not set are left out of it. */
export type Request = { service: string; operation: string; input: Values };
/** Of each type of resource, by its name in `TYPES`. */
export type Requests = Readonly<Record<string, (inputs: Values, made: Made) => Request[]>>;
