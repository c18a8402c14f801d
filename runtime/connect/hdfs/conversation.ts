import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { threadEntry } from "../../pool/entries.js";
import { StreamError } from "../../stream-error.js";
import { fromErrorText } from "./error-text.js";
import { type FromHdfs, SIGNAL, type ToHdfs } from "./messages.js";

/** One file or one question, with the thread that speaks to the cluster, for a thread that waits for it. */
export class Conversation {
  readonly #signal: Int32Array;
  readonly #port: MessagePort;

  constructor() {
    thread ??= startThread();
    const { worker, signal } = thread;
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port2, [port2]);
    this.#signal = signal;
    this.#port = port1;
  }

  post(message: ToHdfs): void {
    this.#port.postMessage(message);
  }

  /** The next message; this thread waits for it. @throws StreamError what went wrong there */
  receive(): FromHdfs {
    for (;;) {
      const seen = Atomics.load(this.#signal, SIGNAL.messages);
      const message = receiveMessageOnPort(this.#port)?.message as FromHdfs | undefined;
      if (message?.type === "error") throw fromErrorText(message.error);
      if (message !== undefined) return message;
      if (Atomics.load(this.#signal, SIGNAL.ended) !== 0) {
        thread = undefined;
        throw new StreamError("RT_HDFS", "the thread that speaks to HDFS has ended; try again");
      }
      Atomics.wait(this.#signal, SIGNAL.messages, seen);
    }
  }

  end(): void {
    this.#port.postMessage({ type: "abort" } satisfies ToHdfs);
    this.#port.close();
  }
}

/** Beside this one, from its first conversation on. */
let thread: { worker: Worker; signal: Int32Array } | undefined;

function startThread(): { worker: Worker; signal: Int32Array } {
  const signal = new Int32Array(new SharedArrayBuffer(SIGNAL.words * Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(threadEntry("hdfs"), { workerData: signal, name: "millrace hdfs" });
  worker.unref();
  return { worker, signal };
}
