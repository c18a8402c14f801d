/** A program beside the kernel, whose output streams into the cell. */

import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { signalTrees } from "../../kernel/evaluator/process-tree.js";

export interface Command {
  file: string;
  args: readonly string[];
  /** Default: the working directory. */
  cwd?: string;
}

export interface CommandOutput {
  write(name: "stdout" | "stderr", text: string): void;
  /** Aborted: the program is to end. */
  signal: AbortSignal;
}

/** A program that did not end well; the message says how it did. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

const INTERRUPT_AGAIN_MS = 200;
/** How long a program may go on after an interrupt before it is killed. */
const KILL_AFTER_MS = 2_000;
/** How long the output of a program that has ended is waited for: what it left running may hold it open for ever. */
const LAST_OUTPUT_MS = 200;

/**
 * Runs a program to its end. Resolves when it ended with status 0.
 * @param what how the program is called in messages
 * @throws CommandError when it cannot be started, ended with another status or by a signal
 */
export async function runCommand(command: Command, what: string, output: CommandOutput): Promise<void> {
  const { file, args, cwd = process.cwd() } = command;
  const child = spawn(file, [...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  for (const name of ["stdout", "stderr"] as const) pass(child, name, output);
  const interrupt = (): void => end(child);
  output.signal.addEventListener("abort", interrupt, { once: true });
  try {
    const { status, signal } = await ended(child, file);
    if (signal !== null) throw new CommandError(`${what} was ended by ${signal}`);
    if (status !== 0) throw new CommandError(`${what} ended with status ${status}`);
  } finally {
    output.signal.removeEventListener("abort", interrupt);
  }
}

/** A character may come in two pieces. */
function pass(child: ChildProcess, name: "stdout" | "stderr", { write }: CommandOutput): void {
  const decoder = new StringDecoder("utf8");
  const flush = (text: string): void => {
    if (text !== "") write(name, text);
  };
  child[name]?.on("data", (bytes: Buffer) => flush(decoder.write(bytes)));
  child[name]?.on("end", () => flush(decoder.end()));
}

function ended(
  child: ChildProcess,
  file: string,
): Promise<{ status: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) => {
      const isMissing = "code" in error && error.code === "ENOENT";
      const reason = isMissing ? "there is no such program, or no such working directory" : error.message;
      reject(new CommandError(`${file} cannot be started: ${reason}`));
    });
    child.once("close", (status, signal) => resolve({ status, signal }));
    child.once("exit", (status, signal) => {
      setTimeout(() => afterWhatIsThere(() => resolve({ status, signal })), LAST_OUTPUT_MS);
    });
  });
}

/** Node looks at timers first: on a busy machine the time may be over before it has looked at the pipes again. */
function afterWhatIsThere(then: () => void): void {
  setImmediate(() => setImmediate(then));
}

/**
 * As Ctrl-C in a terminal, which reaches what the program has started as well. Again and again: a shell that starts a
 * program at that moment hands it no signal, and waits for it.
 */
function end(child: ChildProcess): void {
  const interrupt = (): void => signalTree(child, "SIGINT");
  interrupt();
  const again = setInterval(interrupt, INTERRUPT_AGAIN_MS);
  const kill = setTimeout(() => signalTree(child, "SIGKILL"), KILL_AFTER_MS);
  child.once("exit", () => {
    clearInterval(again);
    clearTimeout(kill);
  });
}

function signalTree({ pid, exitCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null) signalTrees([pid], signal);
}
