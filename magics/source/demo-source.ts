import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StreamError } from "../../runtime/stream-error.js";
import type { FromSourceThread, SourceThreadData } from "./source-thread.js";

/** A running `%source`. Its thread of its own keeps the rate while a cell is busy. */
export class DemoSource {
  #clients = 0;

  private constructor(
    readonly options: SourceThreadData,
    private readonly thread: Worker,
  ) {
    thread.on("message", (message: FromSourceThread) => {
      if (message.type === "clients") this.#clients = message.clients;
    });
  }

  /** Resolves when it listens. @throws StreamError RT_PORT_TAKEN, RT_SOURCE */
  static async start(options: SourceThreadData, entry: URL): Promise<DemoSource> {
    const thread = new Worker(entry, { workerData: options, name: `millrace source ${options.port}` });
    thread.unref();
    const [message]: FromSourceThread[] = (await once(thread, "message")) as never;
    if (message?.type === "listening") return new DemoSource(options, thread);
    await thread.terminate();
    throw refused(options.port, message);
  }

  /** Streams that read from it now. */
  get clients(): number {
    return this.#clients;
  }

  async stop(): Promise<void> {
    await this.thread.terminate();
  }
}

function refused(port: number, message: FromSourceThread | undefined): StreamError {
  const { code = "", message: text = "it ended" } = message?.type === "failed" ? message : {};
  if (code === "EADDRINUSE") {
    return new StreamError(
      "RT_PORT_TAKEN",
      `port ${port} is taken by another program; give %source another one (--port ${port + 1}), and the socket stream too`,
    );
  }
  return new StreamError("RT_SOURCE", `the source cannot listen on localhost:${port}: ${text}`);
}
