import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs bench/rdd/<script>.mjs in a process of its own, which prints one line of JSON. */
export function inProcess<T>(script: string, ...args: string[]): T {
  const path = fileURLToPath(new URL(`rdd/${script}.mjs`, import.meta.url));
  const printed = execFileSync(process.execPath, [path, ...args], { encoding: "utf8" });
  return JSON.parse(printed) as T;
}
