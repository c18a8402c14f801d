/** What the code of cells must not do to the process it runs in. */

import { Writable } from "node:stream";

export interface ProcessGlobals {
  /** Text written to process.stdout and process.stderr. */
  write(name: "stdout" | "stderr", text: string): void;
  /** `process.exit(code)` was called; must not return normally. */
  exit(code: number | string | null | undefined): never;
}

/** The first are the kernel's; the second come when a cell awaits what an earlier one rejected, as cells do. */
const UNSHOWN_WARNINGS: ReadonlySet<string> = new Set([
  "ExperimentalWarning",
  "PromiseRejectionHandledWarning",
]);

/** Replaces `process.stdout`, `process.stderr` and `process.exit`, and prints warnings as Node does. */
export function installProcessGlobals({ write, exit }: ProcessGlobals): void {
  defineStream("stdout", 1, (text) => write("stdout", text));
  defineStream("stderr", 2, (text) => write("stderr", text));
  process.exit = exit;
  // Node's own printer is off: what the kernel's flags and loaders are warned of is not the cell's.
  process.on("warning", ({ name, message, ...more }) => {
    if (UNSHOWN_WARNINGS.has(name)) return;
    const code = "code" in more && typeof more.code === "string" ? `[${more.code}] ` : "";
    write("stderr", `(node:${process.pid}) ${code}${name}: ${message}\n`);
  });
}

/** Made when first used: few notebooks do, and streams cost start-up time. */
function defineStream(name: "stdout" | "stderr", fd: number, write: (text: string) => void): void {
  let stream: Writable | undefined;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      stream ??= Object.assign(textStream(write), { fd, isTTY: false });
      return stream;
    },
  });
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
