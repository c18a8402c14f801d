/** The `console` of one cell: Node's own, writing to that cell for ever. */

import { Console } from "node:console";
import { Writable } from "node:stream";

/** Writes text of the cell. */
export type WriteText = (name: "stdout" | "stderr", text: string) => void;

/** What the global console has and others lack: marks for the inspector, which is the kernel's. */
const WITHOUT_OUTPUT = {
  Console,
  profile: () => undefined,
  profileEnd: () => undefined,
  timeStamp: () => undefined,
};

const REMEMBERING = ["time", "timeLog", "timeEnd", "count", "countReset"] as const;
type Remembering = (typeof REMEMBERING)[number];

export function createCellConsole(write: WriteText, shared: SharedConsole): Console {
  const console = consoleOn(write);
  // Timers and counters are the notebook's: `time` in one cell, `timeEnd` in another.
  for (const method of REMEMBERING) {
    console[method] = (...args: Parameters<Console["timeLog"]>) => shared.call(method, args, write);
  }
  return Object.assign(console, WITHOUT_OUTPUT);
}

/** A console whose output goes where the caller says, so that what it remembers outlives a cell. */
export class SharedConsole {
  #write: WriteText = () => undefined;
  readonly #console = consoleOn((name, text) => this.#write(name, text));

  call(method: Remembering, args: Parameters<Console["timeLog"]>, write: WriteText): void {
    this.#write = write;
    this.#console[method](...args);
  }
}

function consoleOn(write: WriteText): Console {
  const stdout = streamTo((text) => write("stdout", text));
  const stderr = streamTo((text) => write("stderr", text));
  return new Console({ stdout, stderr, ignoreErrors: false, colorMode: false });
}

/** What Console needs of a stream is `write`; the rest of a Writable would cost more than the text. */
function streamTo(write: (text: string) => void): Writable {
  const stream: Writable = Object.create(Writable.prototype);
  stream.write = (text: unknown) => {
    write(String(text));
    return true;
  };
  return stream;
}
