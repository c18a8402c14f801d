import type { Exchange, Transcript } from "../../kernel/testing/exchange.js";
import { FrontEnd } from "../../kernel/testing/front-end.js";
import { KernelProcess } from "../../kernel/testing/kernel-process.js";
import type { JsonObject } from "../../kernel/wire/fields.js";
import type { Incoming } from "../../kernel/wire/message.js";

/** A kernel that is compared. */
export interface Peer {
  name: string;
  language: Language;
  /** The path of the connection file is added. */
  command: string[];
  env: NodeJS.ProcessEnv;
  /** Where it is started; default a folder that is removed. */
  cwd?: string;
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

  /** One of the peers fails to bind its sockets now and then: it gets three attempts. */
  static async start(peer: Peer, attempt = 1): Promise<RunningPeer> {
    const env = { ...peer.env, JPY_PARENT_PID: String(process.pid) };
    const kernel = await KernelProcess.start({ ...peer, transport: "tcp", env, ownGroup: true });
    try {
      return new RunningPeer(peer, kernel, await FrontEnd.connectUnwelcomed(kernel.connection));
    } catch (error) {
      await kernel.dispose();
      if (attempt < 3) return RunningPeer.start(peer, attempt + 1);
      throw new Error(`${peer.name} did not start: ${kernel.stderr}`, { cause: error });
    }
  }

  /** Runs a cell to its reply and its idle. @throws Error when one does not come in time */
  async run(code: string): Promise<Transcript> {
    return finish(this.client.execute(code));
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

/** What a cell publishes until its idle, in whatever order; and its reply. @throws Error when one does not come in time */
export async function finish(cell: Exchange): Promise<Transcript> {
  const output: Incoming[] = [];
  for (;;) {
    const message = await inTime(cell.iopub.take("idle"), `the end of ${cell.name}`);
    if (message.content.execution_state === "idle") break;
    if (message.type !== "status") output.push(message);
  }
  const { content } = await inTime(cell.replies.take("the reply"), `the reply to ${cell.name}`);
  return { reply: content, output };
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
