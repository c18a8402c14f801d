/** The evaluator as a child process: its pipes and its exit. What is said over them: port/evaluator.ts and port/live.ts. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, Readable } from "node:stream";
import type { FromEvaluator, ToEvaluator } from "../port/evaluator.js";
import { encodeFrame, type Frame, FrameReader } from "../port/frame.js";
import type { FromEngine, ToEngine } from "../port/live.js";
import type { StreamName } from "../wire/stream.js";
import { type Clock, within } from "./clock.js";
import type { Exit } from "./death.js";
import { afterWhatHasCome } from "./event-loop.js";
import { type Log, messageOf } from "./log.js";
import { killGroup, LEADER } from "./process-group.js";
import { RawOutput } from "./raw-output.js";

/** How long the end of a cell, or of the process, waits for raw output that is still in the pipes. */
const RAW_DEADLINE_MS = 250;

/**
 * How long the end of a cell waits for what the extension's thread has sent. It is in the pipe, or the thread is yet to write it: only one
 * that computes for so long without a pause keeps a part to itself.
 */
const ENGINE_DEADLINE_MS = 30_000;

const LAST_WORDS = 4_000;

/** Node says it of the control thread's inspector session when code of a cell ends the process. */
const DEBUGGER_NOTE = "Waiting for the debugger to disconnect...\n";

const PIPES = { requests: 3, output: 4, engine: 5, interrupts: 6 } as const;

/** What is to be run. */
export interface EvaluatorProgram {
  /** Absolute path of the JavaScript entry. */
  entry: string;
  /** Options of node itself. */
  execArgv: readonly string[];
  /** Variables of its environment, where the front's own has none of the name. */
  env: Readonly<Record<string, string>>;
  /** The notebook's folder. */
  cwd: string;
}

/** All calls come on the main thread, in the order of their pipe. */
export interface EvaluatorListener {
  message(frame: Frame<FromEvaluator>): void;
  engine(frame: Frame<FromEngine>): void;
  /** `mark` is the last one that came before the text on this pipe, −1 before the first. */
  raw(name: StreamName, text: string, mark: number): void;
  /** The process is gone; what it wrote may still be on its way, see {@link EvaluatorProcess.ended}. */
  exited(): void;
}

export class EvaluatorProcess {
  readonly #child: ChildProcess;
  /** Folder for what it compiles; removed here, since a killed process removes nothing. */
  readonly #scratch: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #marks = { stdout: -1, stderr: -1 };
  #onMark: () => void = () => undefined;
  /** Messages of the extension's thread that were taken; ∞ when none comes any more. */
  #engineTaken = 0;
  #onEngine: () => void = () => undefined;
  #lastWords = "";
  readonly #raw: RawOutput[] = [];
  /** Resolves when the process has ended and all its output was handed to the listener, or {@link RAW_DEADLINE_MS} later. */
  readonly ended: Promise<Exit>;

  constructor(program: EvaluatorProgram, listener: EvaluatorListener, clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#scratch = mkdtempSync(join(tmpdir(), "millrace-modules-"));
    this.#child = spawn(process.execPath, [...program.execArgv, program.entry, this.#scratch], {
      cwd: program.cwd,
      env: { ...program.env, ...process.env },
      ...LEADER,
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    });
    this.#readRaw("stdout", listener);
    this.#readRaw("stderr", listener);
    this.#readFrames<FromEvaluator>(PIPES.output, (frame) => listener.message(frame));
    this.#readFrames<FromEngine>(PIPES.engine, (frame) => {
      listener.engine(frame);
      this.#engineTaken += 1;
      this.#onEngine();
    });
    this.#readable(PIPES.engine)?.once("close", () => {
      this.#engineTaken = Number.POSITIVE_INFINITY;
      this.#onEngine();
    });
    this.#watchErrors();
    this.ended = this.#watchExit(listener);
  }

  /** Never blocks; what the evaluator has not read yet waits in this process. Without effect once it has ended. */
  send(message: ToEvaluator, buffers: readonly Uint8Array[] = []): void {
    this.#writable(PIPES.requests)?.write(encodeFrame(message, buffers));
  }

  /** To the extension's own thread. */
  sendEngine(message: ToEngine): void {
    this.#writable(PIPES.engine)?.write(encodeFrame(message));
  }

  /** Wakes the control thread, which stops what holds the main thread. */
  nudge(): void {
    this.#writable(PIPES.interrupts)?.write("i");
  }

  /** Ends it and all processes its cells have started, those apart that were started as `detached`. */
  kill(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
  }

  /** Stops or goes on reading what cells write: a paused pipe fills up and slows the cell. */
  set paused(paused: boolean) {
    for (const fd of [PIPES.output, PIPES.engine]) {
      const pipe = this.#readable(fd);
      if (paused) pipe?.pause();
      else pipe?.resume();
    }
  }

  /** Resolves when the mark `mark` was read from both raw pipes; at the latest after {@link RAW_DEADLINE_MS}. */
  async rawDrained(mark: number): Promise<void> {
    const reached = () => this.#marks.stdout >= mark && this.#marks.stderr >= mark;
    if (reached()) return;
    const seen = new Promise<void>((resolve) => {
      this.#onMark = () => {
        if (reached()) resolve();
      };
    });
    await within(this.#clock, RAW_DEADLINE_MS, seen, () => undefined);
    for (const raw of this.#raw) raw.flush();
  }

  /**
   * Undefined when so many messages of the extension's thread were handed to the listener; else resolves when they are, when its pipe has
   * ended, or after {@link ENGINE_DEADLINE_MS}.
   */
  engineRead(count: number): Promise<void> | undefined {
    const reached = () => this.#engineTaken >= count;
    if (reached()) return undefined;
    const read = new Promise<void>((resolve) => {
      this.#onEngine = () => {
        if (reached()) resolve();
      };
    });
    return within(this.#clock, ENGINE_DEADLINE_MS, read, () => undefined);
  }

  #readRaw(name: StreamName, listener: EvaluatorListener): void {
    const raw = new RawOutput(
      (text) => {
        const said = name === "stderr" ? text.replaceAll(DEBUGGER_NOTE, "") : text;
        if (name === "stderr") this.#lastWords = (this.#lastWords + said).slice(-LAST_WORDS);
        if (said !== "") listener.raw(name, said, this.#marks[name]);
      },
      (mark) => {
        this.#marks[name] = mark;
        this.#onMark();
      },
    );
    this.#raw.push(raw);
    const pipe = name === "stdout" ? this.#child.stdout : this.#child.stderr;
    pipe
      ?.on("data", (bytes: Buffer) => afterWhatHasCome(() => raw.push(bytes)))
      .on("end", () => afterWhatHasCome(() => raw.flush()));
  }

  #readFrames<M>(fd: number, take: (frame: Frame<M>) => void): void {
    const reader = new FrameReader<M>();
    this.#readable(fd)?.on("data", (bytes: Buffer) => {
      for (const frame of this.#framesOf(reader, fd, bytes)) take(frame);
    });
  }

  #framesOf<M>(reader: FrameReader<M>, fd: number, bytes: Buffer): Frame<M>[] {
    try {
      return reader.push(bytes);
    } catch (error) {
      this.#log("error", `the evaluator is ended, its pipe ${fd} cannot be read: ${messageOf(error)}`);
      this.kill();
      return [];
    }
  }

  /** A pipe that fails has lost its other end; without it the process is of no use, if it still is there. */
  #watchErrors(): void {
    for (const pipe of this.#child.stdio) pipe?.on("error", () => this.kill());
  }

  async #watchExit(listener: EvaluatorListener): Promise<Exit> {
    const closed = new Promise<void>((resolve) => {
      this.#child.once("close", () => resolve());
    });
    const exit = await new Promise<Pick<Exit, "code" | "signal">>((resolve) => {
      this.#child.once("exit", (code, signal) => resolve({ code, signal }));
      this.#child.once("error", (error) => {
        this.#lastWords += error.message;
        resolve({ code: null, signal: null });
      });
    });
    this.kill(); // what its cells have started and left
    rmSync(this.#scratch, { recursive: true, force: true });
    const drained = within(this.#clock, RAW_DEADLINE_MS, closed, () => undefined);
    listener.exited();
    await drained;
    // What was read from the raw pipes last is yet to be handed over.
    await new Promise<void>(afterWhatHasCome);
    for (const raw of this.#raw) raw.flush();
    return { ...exit, lastWords: this.#lastWords };
  }

  #readable(fd: number): Readable | undefined {
    const pipe = this.#child.stdio[fd];
    return pipe instanceof Readable ? pipe : undefined;
  }

  #writable(fd: number): Duplex | undefined {
    const pipe = this.#child.stdio[fd];
    return pipe instanceof Duplex && pipe.writable ? pipe : undefined;
  }
}
