import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { StreamError } from "../../runtime/stream-error.js";
import type { FromWordsThread, WordsThreadData } from "./words-thread.js";

/** A running `%source words`. Its thread of its own keeps the rate while a cell is busy. */
export class WordsSource {
  private constructor(
    readonly options: WordsThreadData,
    private readonly thread: Worker,
  ) {}

  /** Resolves when it listens. @throws StreamError RT_PORT_TAKEN, RT_SOURCE */
  static async start(options: WordsThreadData, entry: URL): Promise<WordsSource> {
    const thread = new Worker(entry, { workerData: options, name: `millrace source ${options.port}` });
    thread.unref();
    const [message]: FromWordsThread[] = (await once(thread, "message")) as never;
    if (message?.type === "listening") return new WordsSource(options, thread);
    await thread.terminate();
    throw refused(options.port, message);
  }

  async stop(): Promise<void> {
    await this.thread.terminate();
  }
}

function refused(port: number, message: FromWordsThread | undefined): StreamError {
  const { code = "", message: text = "it ended" } = message?.type === "failed" ? message : {};
  if (code === "EADDRINUSE") {
    return new StreamError(
      "RT_PORT_TAKEN",
      `port ${port} is taken by another program; give %source another one (--port ${port + 1}), and the socket stream too`,
    );
  }
  return new StreamError("RT_SOURCE", `the source cannot listen on localhost:${port}: ${text}`);
}
