/** The browser of the browser tests: what is installed, or Debian's chromium when this machine lets us install it. */

import { spawnSync } from "node:child_process";
import { isExecutable, which } from "../../kernelspec/process/which.js";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES = [
  "/snap/bin/chromium",
  "/opt/google/chrome/chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Nothing that a test does not need: no sandbox (tests may run as root), no traffic of the browser's own. */
export const CHROMIUM_ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Path of Chromium or Chrome: `$CHROME`, a command on PATH, or a usual place. Undefined when there is none. */
function findChromium(): string | undefined {
  if (process.env.CHROME) return process.env.CHROME;
  return COMMANDS.map((name) => which(name)).find((path) => path !== undefined) ?? PLACES.find(isExecutable);
}

/** As {@link findChromium}, after installing it where that is possible. @throws Error that says what to install. */
export function ensureChromium(): string {
  const found = findChromium() ?? installOnDebian();
  if (found !== undefined) return found;
  throw new Error(
    "The browser tests need Chromium or Chrome, and none was found: install one, or set CHROME to its path",
  );
}

function installOnDebian(): string | undefined {
  if (process.getuid?.() !== 0 || which("apt-get") === undefined) return undefined;
  console.log("No Chromium was found: installing Debian's for the browser tests");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update"],
    ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
  ]) {
    const { status, stdout, stderr } = spawnSync("apt-get", args, { env, encoding: "utf8" });
    if (status !== 0)
      throw new Error(
        `apt-get ${args.join(" ")} failed:\n${`${stdout}${stderr}`.trim().split("\n").slice(-5).join("\n")}`,
      );
  }
  return findChromium();
}
