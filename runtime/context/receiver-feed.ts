import type { SourceStatus } from "../connect/source.js";
import type { ReceiverProblem } from "../engine/port.js";
import { bytesPerRow } from "../rows/heap-bytes.js";
import type { EngineClient } from "./engine-client.js";
import type { Feed } from "./feed.js";
import type { Receiver, ReceiverSupervisor } from "./receiver.js";

/** Records are sent together, when so many are there or after so long. */
const TOGETHER = 1000;
const SEND_MS = 10;

/** With so many that the engine has no room for, a receiver is to wait. */
const WINDOW = 10_000;

const ROOM = Promise.resolve();

/** Runs a receiver while its context runs, and brings the engine what it stores. */
export class ReceiverFeed implements Feed, ReceiverSupervisor {
  #state: "initialized" | "started" | "stopped" = "initialized";
  #records: unknown[] = [];
  /** Sent, and not yet taken by the engine. */
  #onTheWay = 0;
  readonly #sending = new Set<Promise<void>>();
  #waiting: (() => void)[] = [];
  #send: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  /** How the engine was told it is. */
  #told: SourceStatus["state"] = "connected";

  constructor(
    private readonly receiver: Receiver<unknown>,
    private readonly engine: EngineClient,
    private readonly ids: { context: string; stream: string },
    /** Told why the engine did not take what was stored. */
    private readonly refused: (error: unknown) => void,
  ) {
    receiver.attach(this);
  }

  get streamId(): string {
    return this.ids.stream;
  }

  start(): void {
    this.#state = "started";
    this.#tell({ state: "connected", reason: "" });
    void this.#run("onStart");
  }

  flush(): void {
    clearTimeout(this.#send);
    this.#send = undefined;
    const records = this.#records;
    if (records.length === 0) return;
    this.#records = [];
    this.#onTheWay += records.length;
    const bytes = bytesPerRow(records, [], records.length) * records.length;
    const sending = this.engine
      .call("store", { stream: this.streamId, records, bytes })
      .then(() => this.#taken(records.length));
    this.#sending.add(sending);
    sending.catch(this.refused).finally(() => this.#sending.delete(sending));
  }

  stop(): void {
    if (this.#state !== "started") return;
    this.#end();
    this.#tell({ state: "stopped", reason: "" });
  }

  store(record: unknown): Promise<void> {
    this.#records.push(record);
    if (this.#records.length >= TOGETHER) this.flush();
    else this.#send ??= setTimeout(() => this.flush(), SEND_MS);
    return this.#hasRoom() ? ROOM : new Promise<void>((go) => this.#waiting.push(go));
  }

  async stored(): Promise<void> {
    this.flush();
    await Promise.all(this.#sending);
  }

  reportError(message: string, error: unknown): void {
    this.#tell({ state: this.#told, reason: sentence(message, error) }, problemOf(message, error));
  }

  restart(message: string, error: unknown, delayMs: number): void {
    if (this.#state !== "started") return;
    const why = sentence(message, error);
    void this.#run("onStop");
    const reason = `${why}; next attempt ${delayMs / 1000} s later`;
    const told = `Restarting receiver with delay ${delayMs}ms: ${message}`;
    this.#tell({ state: "retrying", reason }, problemOf(told, error));
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => {
      if (this.#state === "started") this.start();
    }, delayMs);
  }

  stopFor(message: string, error: unknown): void {
    if (this.#state !== "started") return;
    this.#end();
    this.#tell({ state: "stopped", reason: sentence(message, error) }, problemOf(message, error));
  }

  isStarted(): boolean {
    return this.#state === "started";
  }

  isStopped(): boolean {
    return this.#state === "stopped";
  }

  #end(): void {
    this.#state = "stopped";
    clearTimeout(this.#restart);
    void this.#run("onStop");
    this.flush();
  }

  /** What throws there is no reason to end the streams: as in Spark, the receiver is tried again, or ends. */
  async #run(what: "onStart" | "onStop"): Promise<void> {
    try {
      await this.receiver[what]();
    } catch (error) {
      if (what === "onStart") this.restart("the receiver did not start", error, 2000);
      else this.reportError("the receiver did not stop as it should", error);
    }
  }

  #taken(records: number): void {
    this.#onTheWay -= records;
    if (this.#hasRoom()) for (const go of this.#waiting.splice(0)) go();
  }

  #hasRoom(): boolean {
    return this.#onTheWay + this.#records.length < WINDOW;
  }

  #tell(state: Pick<SourceStatus, "state" | "reason">, problem: ReceiverProblem | null = null): void {
    this.#told = state.state;
    this.engine.call("receiver", { ...this.ids, state, problem }).catch(this.refused);
  }
}

function problemOf(message: string, error: unknown): ReceiverProblem {
  const thrown = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return { message, error: error === undefined ? "" : thrown };
}

function sentence(message: string, error: unknown): string {
  if (error === undefined) return message;
  return `${message}: ${error instanceof Error ? error.message : String(error)}`;
}
