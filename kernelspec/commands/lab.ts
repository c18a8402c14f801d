/** `millrace lab`: JupyterLab with the kernel and the plugin of this build. What is missing is installed first. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { JupyterEnvironment } from "../jupyter/environment.js";
import { userDataFolder } from "../jupyter/folders.js";
import { ensureJupyter } from "../jupyter/own-environment.js";
import { asRoot, listenOn } from "../jupyter/server.js";
import { install } from "../spec/installation.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME } from "../spec/kernel-folder.js";
import { ownFolder } from "../spec/target.js";

interface LabOptions {
  user?: boolean;
  port: number;
}

export function labCommand(): Command {
  return new Command("lab")
    .description("open JupyterLab with Millrace in it")
    .argument("[notebook]", "notebook file to open")
    .option("--user", "install the kernel into the user's Jupyter folder, not into JupyterLab's environment")
    .option("--port <n>", "port on this machine; the next free one is taken", portNumber, 8888)
    .action(async (notebook: string | undefined, options: LabOptions) => {
      if (notebook !== undefined && !existsSync(notebook))
        throw new Error(`there is no notebook ${notebook}`);
      const jupyter = await ensureJupyter(console.error);
      install(options.user ? userDataFolder() : ownFolder(jupyter, console.error), {
        name: DEFAULT_NAME,
        displayName: DEFAULT_DISPLAY_NAME,
      });
      process.exitCode = await runLab(jupyter, notebook, options.port);
    });
}

async function runLab(
  { jupyter, version }: JupyterEnvironment,
  notebook: string | undefined,
  port: number,
): Promise<number> {
  console.error(`Starting JupyterLab ${version}; Ctrl-C ends it`);
  // As the default page, so that the address that is printed leads to the notebook too.
  const page =
    notebook === undefined
      ? []
      : [`--LabApp.default_url=/lab/tree/${encodeURIComponent(basename(notebook))}`];
  const child = spawn(jupyter, ["lab", "--log-level=WARN", ...listenOn(port), ...asRoot(), ...page], {
    cwd: notebook === undefined ? process.cwd() : dirname(resolve(notebook)),
    stdio: ["ignore", "inherit", "inherit"],
    // Out of the terminal's group, or Ctrl-C would reach JupyterLab as well, which asks back.
    detached: true,
  });
  const end = (): void => void child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  const [status] = await once(child, "exit");
  return status ?? 1;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new InvalidArgumentError("a port is a whole number from 1 to 65535.");
}
