/** Entry of the thread beside one that waits: a task is synchronous, the network is not. */

import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { toErrorText } from "./error-text.js";
import { hdfsLater } from "./hdfs-later.js";
import type { HdfsWriter } from "./hdfs-writer.js";
import { type Blocks, type FromHdfs, type HdfsPlace, SIGNAL, type ToHdfs } from "./messages.js";
import type { WebHdfs } from "./web-hdfs.js";
import { clientOf } from "./web-hdfs-clients.js";

const signal = workerData as Int32Array;

/** One file or one question at a time, spoken of by a port. */
function serve(port: MessagePort): void {
  const tell = (message: FromHdfs) => {
    port.postMessage(message);
    Atomics.add(signal, SIGNAL.messages, 1);
    Atomics.notify(signal, SIGNAL.messages);
  };
  const failed = (error: unknown) => tell({ type: "error", error: toErrorText(error) });
  let reading: Reading | undefined;
  let writing: Writing | undefined;
  port.on("message", (message: ToHdfs) => {
    switch (message.type) {
      case "call":
        hdfsLater(() => message.place.options)
          [message.op](message.place.url)
          .then((value) => tell({ type: "answer", value }), failed);
        break;
      case "read":
        reading = new Reading(message, tell);
        reading.run().catch(failed);
        break;
      case "taken":
        reading?.taken();
        break;
      case "create":
        writing = new Writing(message.place, tell, failed);
        break;
      case "write":
        writing?.write(message.bytes);
        break;
      case "close":
        writing?.close();
        break;
      case "abort":
        reading?.abort();
        writing?.abort();
        break;
    }
  });
}

/** Brings a range of a file, block by block, as far ahead as there are blocks. */
class Reading {
  readonly #ended = new AbortController();
  readonly #memory: Uint8Array;
  readonly #places: number;
  #sent = 0;
  #taken = 0;
  #room: (() => void) | undefined;

  constructor(
    private readonly asked: { place: HdfsPlace; start: number; end: number; blocks: Blocks },
    private readonly tell: (message: FromHdfs) => void,
  ) {
    this.#memory = new Uint8Array(asked.blocks.memory);
    this.#places = this.#memory.length / asked.blocks.blockBytes;
  }

  async run(): Promise<void> {
    const { place, start, end, blocks } = this.asked;
    const { client, path } = clientOf(place.url, place.options);
    let filled = 0;
    const send = () => {
      this.#sent += 1;
      this.tell({ type: "block", length: filled });
      filled = 0;
    };
    for await (const chunk of client.readRange(path, start, end, this.#ended.signal)) {
      for (let at = 0; at < chunk.length; ) {
        while (this.#sent - this.#taken >= this.#places) await this.#untilRoom();
        if (this.#ended.signal.aborted) return;
        const part = chunk.subarray(at, at + blocks.blockBytes - filled);
        this.#memory.set(part, (this.#sent % this.#places) * blocks.blockBytes + filled);
        filled += part.length;
        at += part.length;
        if (filled === blocks.blockBytes) send();
      }
    }
    if (filled > 0) send();
  }

  taken(): void {
    this.#taken += 1;
    this.#room?.();
  }

  abort(): void {
    this.#ended.abort();
    this.#taken = this.#sent;
    this.#room?.();
  }

  #untilRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }
}

/** Takes the bytes of a new file, in their order. */
class Writing {
  readonly #client: WebHdfs;
  readonly #path: string;
  readonly #writer: HdfsWriter;
  #last: Promise<void> = Promise.resolve();
  #isWhole = false;

  constructor(
    { url, options }: HdfsPlace,
    private readonly tell: (message: FromHdfs) => void,
    private readonly failed: (error: unknown) => void,
  ) {
    const { client, path } = clientOf(url, options);
    this.#client = client;
    this.#path = path;
    this.#writer = client.writer(path);
  }

  write(bytes: Uint8Array): void {
    this.#next(async () => {
      const isKept = await this.#writer.write(bytes);
      this.tell({ type: "written", bytes: bytes.length, isKept });
    });
  }

  close(): void {
    this.#next(async () => {
      await this.#writer.close();
      this.#isWhole = true;
      this.tell({ type: "closed" });
    });
  }

  /** Nobody waits for it: where the cluster is away, what is there of the file goes with the folder it is in, or stays. */
  abort(): void {
    if (this.#isWhole) return;
    this.#writer
      .abort()
      .then(() => this.#client.remove(this.#path))
      .catch(() => undefined);
  }

  #next(work: () => Promise<void>): void {
    this.#last = this.#last.then(work);
    // What comes after what failed fails in the same way.
    this.#last.catch(this.failed);
  }
}

process.on("exit", () => {
  Atomics.store(signal, SIGNAL.ended, 1);
  // Whoever is about to wait has to see a change.
  Atomics.add(signal, SIGNAL.messages, 1);
  Atomics.notify(signal, SIGNAL.messages);
});

parentPort?.on("message", serve);
