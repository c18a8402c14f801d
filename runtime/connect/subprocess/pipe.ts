import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Cancellation } from "../../pool/cancellation.js";
import { OutsideError } from "../../pool/connector.js";
import { threadEntry } from "../../pool/entries.js";
import { atTaskEnd } from "../../pool/task-end.js";
import { rowText } from "../../rows/row-text.js";
import { StreamError } from "../../stream-error.js";
import { CHUNKS_ON_THE_WAY, type FromSubprocess, type ToSubprocess } from "./messages.js";

/** What `rdd.pipe` was given. Plain data. */
export interface PipeParams {
  /** The program and its arguments. */
  command: string[];
  /** Beside the program's own. */
  env: Record<string, string>;
  separateWorkingDir: boolean;
}

type Print = (record: unknown) => void;

const CHUNK_CHARACTERS = 64 << 10;

/** A cancelled job is noticed as late as this while the process says nothing. */
const WAIT_MS = 20;

/**
 * The lines that a process prints which is given records as lines. Both go on at the same time, with a few chunks between,
 * so that neither has to fit in memory. In the task thread.
 * @throws OutsideError RT_SUBPROCESS when it cannot be started, or ends with another status than 0
 */
export function* pipe(
  rows: Iterator<unknown>,
  params: PipeParams,
  printContext: (print: Print) => void,
  printElement: (record: unknown, print: Print) => void,
  cancellation: Cancellation,
): Generator<string, void> {
  const [command = "", ...args] = params.command;
  const cwd = params.separateWorkingDir ? separateFolder() : process.cwd();
  const { post, receive } = subprocess(cancellation);
  post({ type: "start", command: { command, args, env: { ...process.env, ...params.env }, cwd } });
  let text = "";
  const print: Print = (record) => {
    text += `${rowText(record)}\n`;
  };
  printContext(print);
  let onTheWay = 0;
  let fed = false;
  const feed = () => {
    while (!fed && text.length < CHUNK_CHARACTERS) {
      const next = rows.next();
      fed = next.done === true;
      if (!fed) printElement(next.value, print);
    }
    post({ type: "stdin", bytes: Buffer.from(text) });
    text = "";
    onTheWay += 1;
    if (fed) post({ type: "end" });
  };
  const lines = new LineSplitter();
  for (;;) {
    const hungry = !fed && onTheWay < CHUNKS_ON_THE_WAY;
    const message = receive(!hungry);
    switch (message?.type) {
      case undefined:
        if (hungry) feed();
        break;
      case "written":
        onTheWay -= 1;
        break;
      case "stderr":
        process.stderr.write(message.text);
        break;
      case "stdout":
        yield* lines.push(message.bytes);
        post({ type: "taken" });
        break;
      case "exit":
        checkStatus(params.command, message);
        yield* lines.end();
        return;
    }
  }
}

function checkStatus(command: string[], { status, error }: Extract<FromSubprocess, { type: "exit" }>): void {
  if (status === 0 && error === undefined) return;
  const ran = `Command ran: ${command.join(" ")}`;
  throw new OutsideError(
    new StreamError(
      "RT_SUBPROCESS",
      error === undefined
        ? `Subprocess exited with status ${status}. ${ran}`
        : `Subprocess could not be started: ${error}. ${ran}`,
    ),
  );
}

let thread: { worker: Worker; signal: Int32Array } | undefined;

/** A child process of its own, in the thread beside this one. It is killed when the task ends before it does. */
function subprocess(cancellation: Cancellation): {
  post(message: ToSubprocess): void;
  /** @param wait for a message, or a short while; throws when the job was cancelled */
  receive(wait: boolean): FromSubprocess | undefined;
} {
  thread ??= startThread();
  const { worker, signal } = thread;
  const { port1: port, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  atTaskEnd(() => {
    port.postMessage({ type: "kill" } satisfies ToSubprocess);
    port.close();
  });
  return {
    post: (message) => port.postMessage(message),
    receive(wait) {
      const seen = Atomics.load(signal, 0);
      const message = received(port);
      if (message !== undefined || !wait) return message;
      Atomics.wait(signal, 0, seen, WAIT_MS);
      if (cancellation.flag[0] !== 0) cancellation.stop();
      return received(port);
    },
  };
}

function received(port: MessagePort): FromSubprocess | undefined {
  return receiveMessageOnPort(port)?.message;
}

function startThread(): { worker: Worker; signal: Int32Array } {
  const signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(threadEntry("subprocess"), { workerData: signal, name: "millrace subprocess" });
  worker.unref();
  return { worker, signal };
}

/** A folder of this task alone, with links to what is in the program's: as in Spark, for programs that write beside them. */
function separateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-pipe-"));
  atTaskEnd(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(process.cwd())) symlinkSync(join(process.cwd(), name), join(folder, name));
  return folder;
}

/** Lines of UTF-8 that arrives in chunks. `\n` or `\r\n` ends a line. */
class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  *push(bytes: Uint8Array): Generator<string, void> {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(bytes))).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  *end(): Generator<string, void> {
    const last = this.#rest + this.#decoder.end();
    if (last !== "") yield last;
  }
}
