/** How AWS would be asked for each resource of a deployment: what the provider makes of its inputs, as the API calls it. */
import type { Graph } from "../graph.ts";
import type { Values } from "../judging.ts";
import type { Request, Requests } from "./request.ts";
import { requestsOfFunctions } from "./requests-of-functions.ts";
import { requestsOfStorage } from "./requests-of-storage.ts";
import { requestsOfTheApi } from "./requests-of-the-api.ts";
import { requestsOfWatching } from "./requests-of-watching.ts";

const ALL: Requests = {
  ...requestsOfFunctions,
  ...requestsOfStorage,
  ...requestsOfWatching,
  ...requestsOfTheApi,
};

export type Asked = Request & { of: string };

/**
 * SST's components are not asked for: what they are made of is.
 * @throws where it is said nowhere how AWS is asked for a type of resource
 */
export function requestsFor({ resources }: Pick<Graph, "resources">): Asked[] {
  return resources
    .filter(({ type }) => type.startsWith("aws:"))
    .flatMap((made) => {
      const requests = ALL[made.type];
      if (!requests) throw new Error(`${made.name}: how AWS is asked for ${made.type} is said nowhere`);
      return requests(made.inputs, made).map((one) => ({ ...one, input: given(one.input), of: made.name }));
    });
}

function given(input: Values): Values {
  return JSON.parse(JSON.stringify(input, (_, value) => value ?? undefined)) as Values;
}
