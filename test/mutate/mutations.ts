/** Every seeded defect: each changes something that somebody would notice. */
import { core } from "./defects/core.ts";
import { delivery } from "./defects/delivery.ts";
import { edges } from "./defects/edges.ts";
import { store } from "./defects/store.ts";
import type { Mutation } from "./mutate.ts";

export const mutations: readonly Mutation[] = [...core, ...store, ...delivery, ...edges];
