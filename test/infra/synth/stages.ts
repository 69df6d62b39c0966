/**
 * What two deployments in one AWS account would share, so that one could silence, ring or overwrite the other. Names that
 * AWS makes up itself (the API's id) are as good as apart.
 */
import { type Graph, type Made, ofType } from "./graph.ts";
import { metricsOf } from "./watching.ts";

type Names = (made: Made) => string[];

/** Of each kind what has to be unique: in the account, or in the region where `regional`. */
const KINDS: ReadonlyArray<{ type: Parameters<typeof ofType>[1]; regional: boolean; names: Names }> = [
  { type: "alarm", regional: true, names: ({ inputs }) => [String(inputs.name)] },
  { type: "alarm", regional: true, names: (made) => watchedBy(made) },
  { type: "metricFilter", regional: true, names: ({ inputs }) => [metricIn(inputs), String(inputs.logGroupName)] },
  { type: "dashboard", regional: false, names: ({ inputs }) => [String(inputs.dashboardName)] },
  { type: "dashboard", regional: true, names: ({ inputs }) => drawnBy(String(inputs.dashboardBody)) },
];

/** @param inOneRegion false: only what all regions of an account share */
export function namesIn(graph: Graph, inOneRegion = true): string[] {
  const all = KINDS.filter(({ regional }) => inOneRegion || !regional).flatMap(({ type, names }) =>
    ofType(graph, type).flatMap((made) => names(made).map((name) => `${type} ${name}`)),
  );
  return [...new Set(all)];
}

/** @returns the names that both have, one line each; two regions of one stage are compared as well as two stages */
export function sharedBy(one: Graph, other: Graph, inOneRegion = true): string[] {
  const known = new Set(namesIn(one, inOneRegion));
  return namesIn(other, inOneRegion).filter((name) => known.has(name));
}

function watchedBy(made: Made): string[] {
  return metricsOf(made).flatMap(({ namespace, metricName, dimensions }) => {
    const given = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
    return "ApiId" in dimensions ? [] : [[namespace, metricName, ...given].join(" ")];
  });
}

function metricIn({ metricTransformation }: Made["inputs"]): string {
  const { namespace, name } = metricTransformation as { namespace: string; name: string };
  return `${namespace} ${name}`;
}

/** The namespaces of ours in it. */
function drawnBy(body: string): string[] {
  return [...new Set(body.match(/Kojarz(?:\/[\w-]+)?(?=\\?")/g))];
}
