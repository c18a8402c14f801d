/** What the code of cells must not do to the process it runs in. */

import { Writable } from "node:stream";

export interface ProcessGlobals {
  /** Text written to process.stdout and process.stderr. */
  write(name: "stdout" | "stderr", text: string): void;
  /** `process.exit(code)` was called; must not return normally. */
  exit(code: number | string | null | undefined): never;
}

/** Replaces `process.stdout`, `process.stderr` and `process.exit`. */
export function installProcessGlobals({ write, exit }: ProcessGlobals): void {
  defineStream("stdout", 1, (text) => write("stdout", text));
  defineStream("stderr", 2, (text) => write("stderr", text));
  process.exit = exit;
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
    write(chunk: string | Uint8Array, _encoding, done) {
      write(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
      done();
    },
  });
}
