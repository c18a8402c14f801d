/** The language worker as the front sees it: what it does not answer has an empty answer. */

import type {
  BeginReply,
  CompleteReply,
  FromLanguage,
  InspectReply,
  IsCompleteReply,
  MagicSummary,
  ToLanguage,
  TypeCheckMode,
  TypeProblem,
} from "../port/language.js";
import type { Clock } from "./clock.js";
import type { Log } from "./log.js";
import { isPlainValue } from "./plain-value.js";
import { hasId, type StartWorker, WorkerCalls, type WorkerThread } from "./worker-calls.js";

/** An answer that takes longer is of no use to somebody who types. */
export const LANGUAGE_DEADLINE_MS = 5_000;
/** The first answer waits for the worker's start: a second, and many on a machine that is busy with other things. */
const FIRST_ANSWER_DEADLINE_MS = 30_000;

/** A worker that leaves a question without an answer for so long goes round in circles: a new one may do better. */
export const LANGUAGE_STUCK_MS = 60_000;

/** How much code of cells that were run is kept for a worker that starts later, in UTF-16 units. */
const REMEMBERED_CODE = 4_000_000;

const NO_MAGICS: readonly MagicSummary[] = [];

type Reply = CompleteReply | InspectReply | IsCompleteReply | BeginReply;
type Problems = readonly TypeProblem[] | undefined;

/** A cell whose declarations the worker must know. */
interface KnownCell {
  code: string;
  /** Not `off`: nobody has checked it yet, and `answer` waits for its problems. */
  check: TypeCheckMode;
  answer(problems: Problems): void;
}

export class LanguageClient {
  readonly #calls: WorkerCalls<FromLanguage>;
  readonly #log: Log;
  #executed: KnownCell[] = [];
  #executedUnits = 0;
  /** What the running cell has run besides its own code. */
  readonly #ran: string[] = [];
  #told = 0;
  #running: (KnownCell & { begunOn?: WorkerThread }) | undefined;
  #warmed = false;
  /** Those that were loaded into the notebook. */
  #magics = NO_MAGICS;
  #magicsTold: { thread?: WorkerThread; magics: readonly MagicSummary[] } = { magics: NO_MAGICS };

  /** `start` undefined: there is no worker. */
  constructor(start: StartWorker | undefined, clock: Clock, log: Log) {
    this.#log = log;
    this.#calls = new WorkerCalls<FromLanguage>(
      {
        name: "language",
        start,
        deadlineMs: LANGUAGE_DEADLINE_MS,
        stuckMs: LANGUAGE_STUCK_MS,
        clock,
        log,
      },
      isAnswer,
    );
  }

  /** The worker has answered something: it is past its start. */
  get warmed(): boolean {
    return this.#warmed && this.#calls.started;
  }

  /** Starts the worker, so that it is warm when it is asked. */
  warm(): void {
    if (!this.warmed) void this.isComplete("");
  }

  async complete(code: string, cursor: number): Promise<CompleteReply> {
    const reply = await this.#ask({ type: "complete", code, cursor });
    return reply && "matches" in reply ? reply : { matches: [], start: cursor, end: cursor };
  }

  async inspect(code: string, cursor: number, detail: 0 | 1): Promise<InspectReply> {
    const reply = await this.#ask({ type: "inspect", code, cursor, detail });
    return reply && "found" in reply ? reply : { found: false, markdown: "", text: "" };
  }

  async isComplete(code: string): Promise<IsCompleteReply> {
    const reply = await this.#ask({ type: "isComplete", code });
    return reply && "status" in reply ? reply : { status: "unknown" };
  }

  /**
   * A cell begins to run: what it declares can be completed from now on. Resolves with its type errors (none with `off`),
   * undefined when they cannot be had. A worker that is not warm is told when it is, and only `strict` starts one. Of a
   * plain value none is told: the worker would wake for nothing, beside the evaluator that is to run it.
   */
  begin(code: string, check: TypeCheckMode): Promise<Problems> {
    if (isPlainValue(code)) return Promise.resolve([]);
    return new Promise((answer) => {
      this.#running = { code, check, answer };
      if (this.warmed || check === "strict") void this.#catchUp();
    });
  }

  /** The cell that has begun is over. @param compiled false: it has declared nothing after all */
  end(compiled: boolean): void {
    this.#endRunning(compiled);
    for (const code of this.#ran.splice(0)) this.#remember({ code, check: "off", answer: nobodyAsks });
  }

  /** The running cell has run this code besides its own: what it declares is known when the cell is over. */
  ran(code: string): void {
    this.#ran.push(code);
  }

  #endRunning(compiled: boolean): void {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    const { begunOn, ...cell } = running;
    if (compiled) this.#remember(begunOn === undefined ? cell : { ...cell, check: "off" });
    else if (begunOn === undefined) cell.answer(undefined);
    if (begunOn === undefined) return;
    begunOn.postMessage({ type: "end", compiled } satisfies ToLanguage);
    if (compiled) this.#told = this.#executed.length;
  }

  /** Magics were loaded into the notebook: all there are besides the kernel's own. */
  loadMagics(magics: readonly MagicSummary[]): void {
    this.#magics = magics.length === 0 ? NO_MAGICS : magics;
  }

  /** The variables of all cells are gone: what was run no longer declares anything. */
  forget(): void {
    for (const { answer } of this.#executed.splice(0)) answer(undefined);
    this.#executedUnits = 0;
    this.#told = 0;
    void this.#calls.tell({ type: "forget" } satisfies ToLanguage);
  }

  stop(): Promise<void> {
    return this.#calls.stop();
  }

  async #ask(request: LanguageRequest): Promise<Reply | undefined> {
    return (await this.#catchUp()) === undefined ? undefined : this.#call(request);
  }

  async #call(request: LanguageRequest): Promise<Reply | undefined> {
    const deadlineMs = this.warmed ? LANGUAGE_DEADLINE_MS : FIRST_ANSWER_DEADLINE_MS;
    const answer = await this.#calls.call(request, deadlineMs);
    if (answer !== undefined) this.#warmed = true;
    if (answer && "error" in answer)
      this.#log("warn", `the language thread could not answer: ${answer.error}`);
    return answer && "reply" in answer ? answer.reply : undefined;
  }

  /** Tells a worker what was run since it was told last; a new one, everything. Undefined when there is no worker. */
  async #catchUp(): Promise<WorkerThread | undefined> {
    if (!this.#calls.started) {
      this.#told = 0;
      this.#warmed = false;
    }
    const thread = await this.#calls.start();
    if (thread === undefined) {
      this.#running?.answer(undefined);
      return undefined;
    }
    this.#tellMagics(thread);
    const untold = this.#executed.slice(this.#told);
    this.#told = this.#executed.length;
    for (const cell of untold) this.#tell(cell, thread);
    if (this.#running !== undefined && this.#running.begunOn !== thread) {
      this.#running.begunOn = thread;
      void this.#check(this.#running, false);
    }
    return thread;
  }

  #tellMagics(thread: WorkerThread): void {
    const told = this.#magicsTold.thread === thread ? this.#magicsTold.magics : NO_MAGICS;
    if (told !== this.#magics)
      thread.postMessage({ type: "magics", magics: [...this.#magics] } satisfies ToLanguage);
    this.#magicsTold = { thread, magics: this.#magics };
  }

  #tell(known: KnownCell, thread: WorkerThread): void {
    const { code, check } = known;
    if (check === "off") thread.postMessage({ type: "executed", code } satisfies ToLanguage);
    else void this.#check(known, true);
    known.check = "off";
  }

  async #check({ code, check, answer }: KnownCell, over: boolean): Promise<void> {
    const reply = await this.#call({ type: "begin", code, check, over });
    answer(reply && "problems" in reply ? reply.problems : undefined);
  }

  #remember(cell: KnownCell): void {
    this.#executed.push(cell);
    this.#executedUnits += cell.code.length;
    while (this.#executedUnits > REMEMBERED_CODE && this.#executed.length > 1) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldest = this.#executed.shift();
    this.#executedUnits -= oldest?.code.length ?? 0;
    oldest?.answer(undefined);
    this.#told = Math.max(0, this.#told - 1);
  }
}

type LanguageRequest = ToLanguage extends infer Message
  ? Message extends { id: number }
    ? Omit<Message, "id">
    : never
  : never;

function nobodyAsks(): void {
  // It has run already.
}

function isAnswer(message: unknown): message is FromLanguage {
  return hasId(message) && ("reply" in message || "error" in message);
}
