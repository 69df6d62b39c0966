/** The parts that the functions work with. They are built once a process, at the first use. */
import { awsApp } from "./aws-app.ts";
import type { App } from "./parts.ts";

let provide: () => App | Promise<App> = awsApp;
let built: Promise<App> | undefined;

/** Overrides how the app is built outside Lambda. Call it before the first `app()`. */
export function provideApp(factory: () => App | Promise<App>): void {
  provide = factory;
  built = undefined;
}

export function app(): Promise<App> {
  built ??= Promise.resolve(provide());
  return built;
}
