/** A Jupyter server of our own: loopback only, a random token, its own folders, and an end. */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../process/free-port.js";
import { waitFor } from "../process/wait-for.js";

export interface ServerOptions {
  /** The `jupyter` command. */
  jupyter: string;
  program: "lab" | "notebook" | "server";
  /** Folder that the server shows. */
  root: string;
  /** Added to the server's environment, and so to its kernels'. */
  env?: NodeJS.ProcessEnv;
  args?: string[];
}

export interface JupyterServer {
  /** With a slash at the end. */
  url: string;
  /** Never to be printed: who has it can run code. */
  token: string;
  pid: number;
  /** Ends the server and its kernels; resolves when the process is gone. */
  stop(): Promise<void>;
  /** What the server and its kernels have complained about so far: the last lines, without the token. */
  complaints(): string;
}

const START_MS = 120_000;
const STOP_MS = 15_000;

/** Starts a server and resolves when it can be asked. @throws Error with the end of its log when it does not start. */
export async function startServer(options: ServerOptions): Promise<JupyterServer> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-server-"));
  const runtime = join(folder, "runtime");
  const logFile = join(folder, "log");
  mkdirSync(runtime);
  const token = randomBytes(24).toString("hex");
  const server = launch({ ...options, port: await freePort() }, runtime, token, logFile);
  const complaints = (): string => lastComplaints(readFileSync(logFile, "utf8")).replaceAll(token, "…");
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  // However this process ends, the server does not outlive it, except after SIGKILL.
  const follow = (): void => {
    server.kill("SIGTERM");
    clean();
  };
  process.once("exit", follow);
  const stop = async (): Promise<void> => {
    await end(server);
    process.off("exit", follow);
    clean();
  };
  try {
    const { url, pid } = await announced(server, runtime, complaints);
    return { url, token, pid, stop, complaints };
  } catch (error) {
    await stop();
    throw error;
  }
}

function launch(
  { jupyter, program, root, port, env, args = [] }: ServerOptions & { port: number },
  runtime: string,
  token: string,
  logFile: string,
): ChildProcess {
  const log = openSync(logFile, "w", 0o600);
  const child = spawn(
    jupyter,
    [program, "--no-browser", ...listenOn(port), `--ServerApp.root_dir=${root}`, ...asRoot(), ...args],
    {
      stdio: ["ignore", log, log],
      // A group of its own: Ctrl-C in the terminal is ours to handle.
      detached: true,
      // In the environment, where other users cannot see it as they can an argument.
      env: { ...process.env, ...env, JUPYTER_RUNTIME_DIR: runtime, JUPYTER_TOKEN: token },
    },
  );
  closeSync(log);
  return child;
}

/** Only this machine can connect. Taken meanwhile, the next free port is used. */
export function listenOn(port: number): string[] {
  return ["--ServerApp.ip=127.0.0.1", `--ServerApp.port=${port}`];
}

/** Jupyter refuses to run as root unless told. */
export function asRoot(): string[] {
  return process.getuid?.() === 0 ? ["--allow-root"] : [];
}

/** A started server writes where it listens. */
async function announced(
  child: ChildProcess,
  runtime: string,
  complaints: () => string,
): Promise<{ url: string; pid: number }> {
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (status) => {
    failure ??= `exit status ${status}`;
  });
  return waitFor(
    "the Jupyter server to start",
    () => {
      if (failure !== undefined)
        throw new Error(`the Jupyter server did not start (${failure}):\n${complaints()}`);
      const file = readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
      const text = file === undefined ? "" : readFileSync(join(runtime, file), "utf8");
      return text.trimEnd().endsWith("}") ? JSON.parse(text) : undefined;
    },
    START_MS,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await exited;
  clearTimeout(killer);
}

/** The log without the lines by which the server tells of its health. */
function lastComplaints(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !/^\[[ID] /.test(line));
  return lines.slice(-20).join("\n");
}
