/** What the code of cells must not do to the process it runs in. */

import { Writable } from "node:stream";

export interface ProcessGlobals {
  /** Text written to process.stdout and process.stderr. */
  write: WriteStream;
  /** `process.exit(code)` was called; must not return normally. */
  exit(code: number | string | null | undefined): never;
}

/** The first are the kernel's; the second come when a cell awaits what an earlier one rejected, as cells do. */
const UNSHOWN_WARNINGS: ReadonlySet<string> = new Set([
  "ExperimentalWarning",
  "PromiseRejectionHandledWarning",
]);

/** Writes text of one of the two streams. */
export type WriteStream = (name: "stdout" | "stderr", text: string) => void;

let instead: Record<"stdout" | "stderr", Writable> | undefined;

/** While `action` runs, `process.stdout` and `process.stderr` are streams of their own, whose text goes to `write`, also later. */
export function withStreams<T>(write: WriteStream, action: () => T): T {
  instead = { stdout: outputStream("stdout", write), stderr: outputStream("stderr", write) };
  try {
    return action();
  } finally {
    instead = undefined;
  }
}

/** Replaces `process.stdout`, `process.stderr` and `process.exit`, and prints warnings as Node does. */
export function installProcessGlobals({ write, exit }: ProcessGlobals): void {
  defineStream("stdout", write);
  defineStream("stderr", write);
  process.exit = exit;
  // Node's own printer is off: what the kernel's flags and loaders are warned of is not the cell's.
  process.on("warning", ({ name, message, ...more }) => {
    if (UNSHOWN_WARNINGS.has(name)) return;
    const code = "code" in more && typeof more.code === "string" ? `[${more.code}] ` : "";
    write("stderr", `(node:${process.pid}) ${code}${name}: ${message}\n`);
  });
}

/** Made when first used: few notebooks do, and streams cost start-up time. */
function defineStream(name: "stdout" | "stderr", write: WriteStream): void {
  let stream: Writable | undefined;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      if (instead !== undefined) return instead[name];
      stream ??= outputStream(name, write);
      return stream;
    },
  });
}

function outputStream(name: "stdout" | "stderr", write: WriteStream): Writable {
  const stream = textStream((text) => write(name, text));
  return Object.assign(stream, { fd: name === "stdout" ? 1 : 2, isTTY: false });
}

function textStream(write: (text: string) => void): Writable {
  const decoder = new TextDecoder();
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      const isText = typeof chunk === "string" && /^(utf-?8|buffer)$/i.test(encoding);
      const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
      write(isText ? chunk : decoder.decode(bytes, { stream: true }));
      done();
    },
  });
}
