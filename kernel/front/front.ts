/** The front process of the kernel: it starts, answers, interrupts and ends; it never runs user code. */

import { randomUUID } from "node:crypto";
import { commOutput } from "../wire/comm.js";
import { Codec, type Incoming } from "../wire/message.js";
import { type ShutdownRequest, shutdownNotice } from "../wire/shutdown.js";
import { Signature } from "../wire/signature.js";
import { systemClock, within } from "./clock.js";
import { controlHandlers } from "./control.js";
import { Dispatcher, type Handler } from "./dispatch.js";
import { beat } from "./heartbeat.js";
import { type FrontOptions, type Ground, join, type Parts } from "./kernel-parts.js";
import { stderrLog } from "./log.js";
import { RequestChannel } from "./request-channel.js";
import { type Answers, shellHandlers } from "./shell.js";
import { bindSockets, closeSockets } from "./sockets.js";

/** The language worker is started when the kernel has been idle for so long after the evaluator was ready. */
const WARM_AFTER_MS = 100;
/**
 * What ZMQ's own thread gets to put the last messages onto the wire: it does not tell when that is done, and in one of 500
 * shutdowns under load a process that ended at once took its reply with it.
 */
const HAND_OVER_MS = 50;
/** How long the replies to cells that were cut off by a shutdown may take. */
const LAST_REPLIES_MS = 500;

/**
 * Binds the channels and starts the evaluator. Requests are answered from the moment this resolves, those for the
 * evaluator as soon as it is ready.
 * @throws Error when a channel cannot be bound or the signature scheme is unknown.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { key, signatureScheme } = options.connection;
  const session = randomUUID();
  const signature = new Signature(key, signatureScheme);
  const codec = new Codec({ signature, session, username: "kernel", now: systemClock.now });
  const sockets = await bindSockets(options.connection);
  return new Front({ options, sockets, codec, session, clock: systemClock, log: stderrLog });
}

/** A running kernel. */
export class Front {
  readonly #ground: Ground;
  readonly #parts: Parts;
  readonly #channels: readonly RequestChannel[];
  #evaluatorReady = false;
  #exiting: Promise<void> | undefined;
  #onStopped: () => void = () => undefined;
  /** Resolves when all is closed: the process has nothing left to do. */
  readonly stopped = new Promise<void>((resolve) => {
    this.#onStopped = resolve;
  });

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#parts = join(ground, {
      evaluatorLost: () => this.#evaluatorLost(),
      idle: () => this.#warmWhenIdle(),
    });
    const answers = this.#answers();
    this.#channels = [
      this.#open("shell", shellHandlers(answers)),
      this.#open("control", controlHandlers(answers)),
    ];
    beat(ground.sockets.hb, ground.log);
    this.#parts.iopub.status(undefined, "starting");
    this.#start();
  }

  /** As interrupt_request: stops the running cell, or whatever holds the evaluator. Returns at once. */
  interrupt(): void {
    const { evaluator, runner, stdin } = this.#parts;
    stdin.cancel();
    if (!runner.interruptWaiting()) evaluator.interrupt();
    evaluator.outputPaused = false;
  }

  /** As shutdown_request, when no client asks. Resolves when all is closed. */
  async stop(): Promise<void> {
    await this.#shutdown({ restart: false }, undefined);
    await this.#exit();
  }

  #start(): void {
    const { evaluator } = this.#parts;
    evaluator.start();
    void evaluator.ready.then(() => {
      this.#evaluatorReady = true;
      this.#warmWhenIdle();
    });
  }

  #open(name: "shell" | "control", handlers: Handler[]): RequestChannel {
    const { sockets, codec, log } = this.#ground;
    const { drops, iopub, queue, runner } = this.#parts;
    const running = () => runner.running?.requester;
    const dispatcher = new Dispatcher({ handlers, iopub, queue, running, log });
    const take = (message: Incoming, channel: RequestChannel) => dispatcher.take(message, channel);
    return new RequestChannel(name, sockets[name], codec, drops, log, take);
  }

  #answers(): Answers {
    const { connection, info } = this.#ground.options;
    return {
      ...this.#parts,
      connection,
      info,
      interrupt: () => this.interrupt(),
      shutdown: (request, message) => this.#shutdown(request, message),
      exit: () => void this.#exit(),
    };
  }

  async #shutdown(request: ShutdownRequest, message: Incoming | undefined): Promise<ShutdownRequest> {
    const { evaluator, history, iopub, language, queue, render } = this.#parts;
    queue.abortWaiting();
    await Promise.all([evaluator.stop(), language.stop(), render.stop()]);
    await within(this.#ground.clock, LAST_REPLIES_MS, queue.drained(), () => undefined);
    // Before the reply: whoever has it may end this process at once.
    await history.written();
    iopub.publish(message, shutdownNotice(request));
    return request;
  }

  #exit(): Promise<void> {
    this.#exiting ??= this.#close();
    return this.#exiting;
  }

  async #close(): Promise<void> {
    await this.#parts.iopub.flush();
    await this.#parts.history.written();
    for (const channel of this.#channels) await channel.drained();
    closeSockets(this.#ground.sockets);
    // A timer that keeps the process: with the sockets closed nothing else does.
    setTimeout(this.#onStopped, HAND_OVER_MS);
  }

  /**
   * Comms and live displays of an ended evaluator end with it, nobody waits for input any more, and its variables and the magics
   * it had loaded are gone.
   */
  #evaluatorLost(): void {
    const { comms, iopub, language, live, stdin } = this.#parts;
    stdin.cancel();
    language.forget();
    language.loadMagics([]);
    for (const comm of comms.evaluatorLost()) {
      iopub.publish(undefined, commOutput("close", { comm, data: {}, metadata: {}, buffers: [] }));
    }
    live.lost("The evaluator process ended, and what fed this display with it. Run its cells again.");
  }

  /** The first cell must not wait for the language worker's start: it comes when there is nothing else to do. */
  #warmWhenIdle(): void {
    const { language, queue } = this.#parts;
    if (!this.#evaluatorReady) return;
    this.#ground.clock.after(WARM_AFTER_MS, () => {
      if (queue.idle) language.warm();
    });
  }
}
