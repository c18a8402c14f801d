/** A kernel behind a Jupyter server of our own, as a notebook's front end has one. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Kernel, KernelAPI, KernelConnection, ServerConnection, SessionAPI } from "@jupyterlab/services";
import { type JupyterServer, startServer } from "../jupyter/server.js";
import { waitFor } from "../process/wait-for.js";
import { DEFAULT_DISPLAY_NAME, DEFAULT_NAME, kernelFolder, writeKernel } from "../spec/kernel-folder.js";

export interface KernelSessionOptions {
  /** The `jupyter` command. */
  jupyter: string;
  /** The kernel's working folder. */
  folder: string;
  /** An installed kernel; without it, this very build of Millrace, whatever is installed. */
  kernel?: string;
}

export interface KernelSession {
  kernel: Kernel.IKernelConnection;
  /** Ends the kernel and the server; no process is left. */
  close(): Promise<void>;
}

/** A kernel that does not answer in this time has failed to start. */
const ANSWER_MS = 60_000;

/** A kernel that died is not started again: its variables are gone, and the run with them. */
const NO_RESTART = "--KernelRestarter.restart_limit=0";

/** What JupyterLab adds to a server takes as long to load as all the rest, and is asked for nothing. */
const ADDED = ["jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim"];
const ALONE = `--ServerApp.jpserver_extensions={${ADDED.map((name) => `'${name}': False`)}}`;

/** Starts both and resolves when the kernel has answered. @throws Error with the server's log when it does not. */
export async function openKernelSession(options: KernelSessionOptions): Promise<KernelSession> {
  const ownKernels = mkdtempSync(join(tmpdir(), "millrace-kernels-"));
  writeKernel(kernelFolder(ownKernels, DEFAULT_NAME), DEFAULT_DISPLAY_NAME);
  const removeKernels = (): void => rmSync(ownKernels, { recursive: true, force: true });
  process.once("exit", removeKernels);
  const env = { JUPYTER_PATH: [ownKernels, process.env.JUPYTER_PATH].filter(Boolean).join(delimiter) };
  const { jupyter, folder } = options;
  const args = [NO_RESTART, ALONE];
  const server = await startServer({ jupyter, program: "server", root: folder, env, args });
  const closing: (() => Promise<void> | void)[] = [
    server.stop,
    () => rmSync(ownKernels, { recursive: true }),
  ];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0)) await end();
  };
  try {
    const { kernel, end, settings } = await startKernel(server, options.kernel ?? DEFAULT_NAME);
    closing.unshift(end);
    await answered(kernel, server, settings);
    return { kernel, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startKernel(server: JupyterServer, name: string) {
  // The client tells there of each web socket that it opens.
  console.debug = () => undefined;
  const settings = ServerConnection.makeSettings({
    baseUrl: server.url,
    wsUrl: server.url.replace(/^http/, "ws"),
    token: server.token,
    appendToken: true,
  });
  const path = "millrace-run.ipynb";
  const session = await SessionAPI.startSession(
    { path, name: path, type: "notebook", kernel: { name } },
    settings,
  );
  if (!session.kernel) throw new Error(`the Jupyter server started no kernel ${name}`);
  const kernel = new KernelConnection({ model: session.kernel, serverSettings: settings });
  const end = async (): Promise<void> => {
    kernel.dispose();
    await SessionAPI.shutdownSession(session.id, settings);
  };
  return { kernel, end, settings };
}

/** Its process may have ended before it could say anything: then the server has forgotten it. */
async function answered(
  kernel: Kernel.IKernelConnection,
  server: JupyterServer,
  settings: ServerConnection.ISettings,
): Promise<void> {
  let answer: true | undefined;
  void kernel.info.then(() => {
    answer = true;
  });
  const look = async (): Promise<true | undefined> => {
    if ((await KernelAPI.getKernelModel(kernel.id, settings)) === undefined)
      throw new Error("the kernel ended");
    return answer;
  };
  try {
    await waitFor("the kernel to answer", look, ANSWER_MS);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`the kernel did not start (${reason}):\n${server.complaints()}`);
  }
}
