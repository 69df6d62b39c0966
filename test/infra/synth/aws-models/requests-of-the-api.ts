/** The HTTP API in front of the functions. */
import { asList, type Values } from "../judging.ts";
import type { Request, Requests } from "./request.ts";

const api = (operation: string, input: Values): Request => ({ service: "apigatewayv2", operation, input });

export const requestsOfTheApi: Requests = {
  "aws:apigatewayv2/api:Api": (inputs) => [api("CreateApi", inputs)],
  "aws:apigatewayv2/integration:Integration": (inputs) => [api("CreateIntegration", inputs)],
  "aws:apigatewayv2/route:Route": (inputs) => [api("CreateRoute", inputs)],
  "aws:apigatewayv2/stage:Stage": ({ name: stageName, routeSettings, ...rest }) => [
    api("CreateStage", {
      stageName,
      routeSettings: Object.fromEntries(
        asList<Values>(routeSettings).map(({ routeKey, ...settings }) => [String(routeKey), settings]),
      ),
      ...rest,
    }),
  ],
};
