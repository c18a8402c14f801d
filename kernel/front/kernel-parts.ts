/** The parts of the front and how they are joined. What they do together is in front.ts. */

import { LIVE_TARGET } from "../port/live.js";
import { commOutput } from "../wire/comm.js";
import type { Connection } from "../wire/connection.js";
import type { KernelInfo } from "../wire/kernel-info.js";
import type { Codec, Incoming } from "../wire/message.js";
import { CellRunner } from "./cell-runner.js";
import { Cells } from "./cells.js";
import type { Clock } from "./clock.js";
import { Comms } from "./comms.js";
import { deathBetweenCells } from "./death.js";
import { DropCounter } from "./drops.js";
import { Evaluator } from "./evaluator.js";
import { EvaluatorCalls } from "./evaluator-calls.js";
import { EvaluatorComms } from "./evaluator-comms.js";
import { EvaluatorMessages } from "./evaluator-messages.js";
import { EvaluatorProcess } from "./evaluator-process.js";
import { History } from "./history.js";
import { HistoryFolder } from "./history-folder.js";
import { Inspection } from "./inspection.js";
import { Iopub } from "./iopub.js";
import { Lane } from "./lane.js";
import { LanguageClient } from "./language-client.js";
import { LiveDisplays } from "./live.js";
import type { Log } from "./log.js";
import { Outputs } from "./outputs.js";
import { DISPLAY_RATE, Pacer } from "./pacer.js";
import { RenderClient } from "./render-client.js";
import { RequestChannel } from "./request-channel.js";
import { RequestQueue } from "./request-queue.js";
import type { Sockets } from "./sockets.js";
import { Stdin } from "./stdin.js";
import { TypeCheck } from "./type-check.js";
import type { StartWorker } from "./worker-calls.js";

/** Everything the front is told by whoever composes the kernel. */
export interface FrontOptions {
  connection: Connection;
  /** Path of the file that says the same, for people who want to connect. */
  connectionFile?: string;
  info: KernelInfo;
  /** Absolute path of the evaluator's entry, and options of node and variables for it. */
  evaluator: { entry: string; execArgv: readonly string[]; env: Readonly<Record<string, string>> };
  /** Starts the language worker; without it completion and inspection find nothing. */
  language?: StartWorker;
  /** Starts the render worker; without it live displays have no pictures. */
  render?: StartWorker;
  /** Folder of the history of all sessions, made when first needed; without it nothing is kept beyond a session. */
  history?: string;
  /** The notebook's folder. */
  cwd: string;
}

/** What the parts stand on. */
export interface Ground {
  options: FrontOptions;
  sockets: Sockets;
  codec: Codec;
  /** Of the kernel, in the headers of its messages. */
  session: string;
  clock: Clock;
  log: Log;
}

/** What the parts report to the front as a whole. */
export interface Events {
  /** The evaluator process has ended and its comms and displays with it. */
  evaluatorLost(): void;
  /** No request of a client waits or runs. */
  idle(): void;
}

export type Parts = ReturnType<typeof join>;

/** Makes all parts. Nothing is started but the reading of iopub and stdin. */
export function join({ options, sockets, codec, session, clock, log }: Ground, events: Events) {
  const { cwd } = options;
  const drops = new DropCounter(log);
  const cells = new Cells();
  const history = new History(options.history ? new HistoryFolder(options.history) : undefined, clock, log);
  const iopub = new Iopub(sockets.iopub, codec, `kernel.${session}`, clock, log);
  const queue = new RequestQueue(() => events.idle());
  const language = new LanguageClient(options.language, clock, log);
  const render = new RenderClient(options.render, clock, log);
  const lane = new Lane(log, {
    // A full pipe slows the cell down; what an interrupt ends is read to its end.
    long: () => {
      if (!evaluator.interrupting) evaluator.outputPaused = true;
    },
    idle: () => {
      outputs.releaseRaw();
      evaluator.outputPaused = false;
    },
  });
  const evaluator: Evaluator = new Evaluator({
    spawn: (listener) => new EvaluatorProcess({ ...options.evaluator, cwd }, listener, clock, log),
    output: {
      message: (frame) => messages.take(frame),
      engine: (frame) => messages.takeEngine(frame),
      raw: (name, text, mark) => outputs.raw(name, text, mark),
    },
    lost: () => events.evaluatorLost(),
    diedIdle: (exit, killed) => outputs.notice(deathBetweenCells(exit, killed)),
    afterOutput: (end) => messages.afterOutput(end),
    init: { cwd },
    clock,
  });
  const live = new LiveDisplays({
    clock,
    render: render.render,
    warmRender: () => render.warm(),
    publish: (cell, message) => iopub.publish(cells.find(cell)?.requester, message),
    update: (message) => iopub.publish(cells.current?.requester, message),
    toEngine: (message) => evaluator.sendEngine(message),
    forgetComm: (comm) => comms.forget(comm),
  });
  const pacer = new Pacer(clock, DISPLAY_RATE, () => evaluator.interrupting);
  const outputs = new Outputs({ cells, iopub, lane, pacer, clock, complete: live.show, log });
  const evaluatorComms = new EvaluatorComms(evaluator, clock, (comm, { requester }) => {
    comms.forget(comm);
    iopub.publish(requester, commOutput("close", { comm, data: {}, metadata: {}, buffers: [] }));
  });
  const comms: Comms = new Comms(new Map([[LIVE_TARGET, live]]), evaluatorComms);
  const takeInput = (message: Incoming) => stdin.take(message);
  const stdinChannel = new RequestChannel("stdin", sockets.stdin, codec, drops, log, takeInput);
  const stdin = new Stdin(stdinChannel, codec, (answer) => evaluator.send(answer), clock);
  const inspection = new Inspection({ language, evaluator, idle: () => queue.idle, clock });
  const typeCheck = new TypeCheck(language, clock);
  const questions = new EvaluatorCalls({
    history,
    connection: options.connection,
    file: options.connectionFile,
  });
  const runner = new CellRunner({
    cells,
    clock,
    evaluator,
    history,
    iopub,
    language,
    live,
    queue,
    stdin,
    typeCheck,
  });
  const messages = new EvaluatorMessages({
    cells,
    comms,
    evaluator,
    evaluatorComms,
    inspection,
    language,
    lane,
    live,
    log,
    outputs,
    questions,
    runner,
    stdin,
    typeCheck,
  });
  return {
    cells,
    comms,
    drops,
    evaluator,
    history,
    inspection,
    iopub,
    language,
    live,
    outputs,
    queue,
    render,
    runner,
    stdin,
  };
}
