// What can be asked of the bootstrap. Each brings packages and build up to date first, which takes no time when they are.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt } from "./built.mjs";
import { ensurePackages } from "./packages.mjs";
import { root } from "./root.mjs";

const NOTEBOOK = join(root, "notebooks", "01-word-count.ipynb");

/** Of malloc, as the front gives it to the process that runs streams: see main.ts. */
const AS_IN_THE_KERNEL = { MALLOC_MMAP_THRESHOLD_: "131072" };

/** name → what it does with the arguments after it; resolves with nothing, sets the exit status. */
const COMMANDS = {
  /** JupyterLab on the first notebook; `--headless` runs that notebook in the terminal instead. */
  async start(args) {
    const headless = args.includes("--headless");
    const rest = args.filter((arg) => arg !== "--headless");
    await millrace(headless ? "run" : "lab", NOTEBOOK, ...rest);
  },
  async test(args) {
    const { runTests } = await import("./test.mjs");
    process.exitCode = await runTests(args);
  },
  async bench(args) {
    const { status } = spawnSync(process.execPath, [join(root, "bench", "run.mjs"), ...args], {
      stdio: "inherit",
      env: { ...AS_IN_THE_KERNEL, ...process.env },
    });
    process.exitCode = status ?? 1;
  },
};

/** @throws Error with one sentence for what is missing. */
export async function runCommand([name, ...args]) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new Error(`usage: node kernelspec/bootstrap.mjs ${Object.keys(COMMANDS).join(" | ")}`);
  await ensurePackages();
  await ensureBuilt();
  await command(args);
}

/** Runs the command line in this process, so that Ctrl-C has one process to end. */
async function millrace(...args) {
  const cli = join(root, "dist", "cli.js");
  process.argv = [process.execPath, cli, ...args];
  await import(pathToFileURL(cli).href);
}
