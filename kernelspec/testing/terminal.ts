/** A program on a terminal of its own (a pty), as a person at a keyboard meets it. Python makes the pty: Node cannot. */

import { waitFor } from "../process/wait-for.js";
import type { MillraceCommand, Outcome, RunningCommand } from "./millrace-command.js";

const DEADLINE_MS = 120_000;
/** A terminal that is wide enough for no line to be broken. */
const PTY = `
import os, pty, sys
status = pty.spawn(["sh", "-c", 'stty rows 50 cols 300; exec "$0" "$@"', *sys.argv[1:]])
sys.exit(os.waitstatus_to_exitcode(status) if hasattr(os, "waitstatus_to_exitcode") else status >> 8)
`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal is sent
const ESCAPES = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[=>78])/g;

export class Terminal {
  readonly #program: RunningCommand;
  /** How much of the screen's text was waited for already. */
  #seen = 0;

  /** @param python runs the pty; the program is started where, and as, the command's others are */
  constructor(millrace: MillraceCommand, python: string, program: readonly string[]) {
    this.#program = millrace.startProgram(python, ["-c", PTY, ...program]);
  }

  /** Keys as the terminal sends them: `\r` for Enter, `\x03` for Ctrl-C. */
  type(keys: string): void {
    this.#program.type(keys);
  }

  /** Waits until the program has written text like this since the last such wait, and returns it. */
  async shows(pattern: RegExp): Promise<string> {
    const look = (): string | undefined => {
      const found = pattern.exec(this.#text().slice(this.#seen));
      if (found === null) return undefined;
      this.#seen += found.index + found[0].length;
      return found[0];
    };
    return waitFor(`${pattern} on the terminal`, look, DEADLINE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; it shows:\n${this.#text().slice(this.#seen)}`);
    });
  }

  /** When the program has ended. */
  get ended(): Promise<Outcome> {
    return this.#program.outcome;
  }

  /** Ends it now, if it has not ended. */
  kill(): void {
    this.#program.signal("SIGKILL");
  }

  #text(): string {
    return this.#program.stdout().replace(ESCAPES, "");
  }
}
