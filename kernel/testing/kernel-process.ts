/** A kernel process for tests, started with a connection file of its own as Jupyter does it. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHANNELS, type Connection } from "../wire/connection.js";
import { writeConnection } from "./connection-file.js";
import { FrontEnd } from "./front-end.js";

export interface KernelProcessOptions {
  /** The program and its arguments; the path of the connection file is added. Default for .js: this node. */
  command: string[];
  transport?: "tcp" | "ipc";
  /** Empty for unsigned messages. */
  key?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Starts it in a process group of its own, to which signals go, as Jupyter does it. */
  ownGroup?: boolean;
}

export class KernelProcess {
  readonly #child: ChildProcess;
  readonly #dir: string;
  readonly #ownGroup: boolean;
  readonly #clients: FrontEnd[] = [];
  #stderr = "";
  readonly exited: Promise<number | null>;

  private constructor(
    readonly connection: Connection,
    dir: string,
    options: KernelProcessOptions,
  ) {
    const [program = process.execPath, ...args] = options.command;
    const file = join(dir, "connection.json");
    writeFileSync(file, JSON.stringify(writeConnection(connection)), { mode: 0o600 });
    this.#dir = dir;
    this.#child = spawn(program, [...args, file], {
      cwd: options.cwd ?? dir,
      // As Jupyter does it: a kernel whose test was killed ends by itself.
      env: { ...process.env, JPY_PARENT_PID: String(process.pid), JUPYTER_DATA_DIR: dir, ...options.env },
      stdio: ["ignore", "inherit", "pipe"],
      detached: options.ownGroup ?? false,
    });
    this.#ownGroup = options.ownGroup ?? false;
    this.#child.stderr?.on("data", (bytes: Buffer) => {
      this.#stderr += bytes;
    });
    this.exited = new Promise((resolve) => {
      this.#child.once("exit", resolve);
    });
  }

  /** Starts a kernel; it may not be up yet when this resolves. */
  static async start(options: KernelProcessOptions): Promise<KernelProcess> {
    const dir = mkdtempSync(join(tmpdir(), "kernel-"));
    const transport = options.transport ?? "ipc";
    const connection: Connection = {
      transport,
      ip: transport === "ipc" ? join(dir, "channel") : "127.0.0.1",
      ports: transport === "ipc" ? { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 } : await freePorts(),
      key: options.key ?? "a key that only this kernel and its test know",
      signatureScheme: "hmac-sha256",
    };
    return new KernelProcess(connection, dir, options);
  }

  /** Process id of the front. */
  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** What the front has written to its stderr. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Nobody reads what the front writes to its stderr any more, as when its terminal was closed. */
  closeStderr(): void {
    this.#child.stderr?.destroy();
  }

  /** One more client, connected and subscribed. */
  async connect(): Promise<FrontEnd> {
    const client = await FrontEnd.connect(this.connection);
    this.#clients.push(client);
    return client;
  }

  signal(name: NodeJS.Signals): void {
    if (this.#ownGroup) process.kill(-this.pid, name);
    else this.#child.kill(name);
  }

  /** Ends the kernel by force and removes its files. */
  async dispose(): Promise<void> {
    for (const client of this.#clients) client.close();
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.signal("SIGKILL");
    await this.exited;
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** @throws when a client has messages that its test did not take, or the front has reported a fault of its own. */
  assertNothingLeft(): void {
    for (const client of this.#clients) client.assertNothingLeft();
    if (/ error: /.test(this.#stderr)) throw new Error(`the front reported:\n${this.#stderr}`);
  }
}

/**
 * Runs `test` against a fresh kernel with one client. Afterwards all messages must have been taken and the front must
 * not have reported an error; the process is gone in any case.
 */
export async function withKernel(
  options: KernelProcessOptions,
  test: (client: FrontEnd, kernel: KernelProcess) => Promise<void>,
): Promise<void> {
  const kernel = await KernelProcess.start(options);
  try {
    await test(await kernel.connect(), kernel);
    kernel.assertNothingLeft();
  } catch (error) {
    throw kernel.stderr === ""
      ? error
      : new Error(`${String(error)}\nstderr of the kernel:\n${kernel.stderr}`, { cause: error });
  } finally {
    await kernel.dispose();
  }
}

/** Five loopback ports that were free a moment ago, below those that systems give to whoever connects. */
async function freePorts(): Promise<Connection["ports"]> {
  const servers = await Promise.all(CHANNELS.map(listen));
  const [shell, iopub, stdin, control, hb] = servers.map((server) => portOf(server.address()));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return { shell: shell ?? 0, iopub: iopub ?? 0, stdin: stdin ?? 0, control: control ?? 0, hb: hb ?? 0 };
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    const tryOne = () => server.listen(20_000 + Math.floor(Math.random() * 12_000), "127.0.0.1");
    server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") tryOne();
      else reject(error);
    });
    server.once("listening", () => resolve(server));
    tryOne();
  });
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Resolves when no process has this id any more. @throws Error when one still has it after `patienceMs`. */
export async function gone(pid: number, patienceMs = 60_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (isAlive(pid)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} is still there after ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** True while a process with this id runs; one that has ended and waits to be reaped does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

/** Linux only: elsewhere they are reaped soon. */
function isZombie(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && /^.*\) Z /s.test(readFileSync(stat, "utf8"));
}
