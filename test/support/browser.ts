/** The Chromium of this machine, driven by Playwright; it brings none of its own. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path));

export const isBrowserThere = executablePath !== undefined;

if (!isBrowserThere) console.warn("skipped: there is no Chromium here (apt-get install chromium, or CHROMIUM=path)");

/** It asks nobody outside this machine for anything. */
const ALONE = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function openBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", ...ALONE];
  return chromium.launch({ ...(executablePath !== undefined && { executablePath }), args });
}
