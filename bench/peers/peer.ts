import type { Exchange, Transcript } from "../../kernel/testing/exchange.js";
import { FrontEnd } from "../../kernel/testing/front-end.js";
import { KernelProcess } from "../../kernel/testing/kernel-process.js";
import type { JsonObject } from "../../kernel/wire/fields.js";

/** A kernel that is compared. */
export interface Peer {
  name: string;
  language: Language;
  /** The path of the connection file is added. */
  command: string[];
  env: NodeJS.ProcessEnv;
  /** As its kernel.json says. */
  interruptMode: "signal" | "message";
}

export type Language = "typescript" | "python";

/** How long a kernel is waited for before it counts as stuck. */
export const PATIENCE_MS = 5_000;

/** A peer that runs, with one client. */
export class RunningPeer {
  private constructor(
    readonly peer: Peer,
    readonly process: KernelProcess,
    readonly client: FrontEnd,
  ) {}

  static async start(peer: Peer): Promise<RunningPeer> {
    const env = { ...peer.env, JPY_PARENT_PID: String(process.pid) };
    const kernel = await KernelProcess.start({ command: peer.command, transport: "tcp", env });
    return new RunningPeer(peer, kernel, await FrontEnd.connectUnwelcomed(kernel.connection));
  }

  /** Runs a cell to its reply and its idle. @throws Error when one does not come in time */
  async run(code: string): Promise<Transcript> {
    return inTime(this.client.execute(code).finish(), `the end of ${JSON.stringify(code)}`);
  }

  ask(type: string, content: JsonObject): Exchange {
    return this.client.request("shell", type, content);
  }

  interrupt(): void {
    if (this.peer.interruptMode === "signal") this.process.signal("SIGINT");
    else this.client.request("control", "interrupt_request", {});
  }

  async dispose(): Promise<void> {
    this.client.close();
    await this.process.dispose();
  }
}

/** @throws Error when the promise does not settle within PATIENCE_MS. */
export async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${PATIENCE_MS} ms for ${what}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
