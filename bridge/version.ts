import manifest from "./package.json" with { type: "json" };

/** Of the program, as its archive is named. */
export const VERSION: string = manifest.version;
