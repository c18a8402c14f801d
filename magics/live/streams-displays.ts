import type { FromEngine } from "../../kernel/port/live.js";
import type { Standing } from "../../runtime/engine/contexts.js";
import type { Clock } from "../../runtime/time/clock.js";
import { Following } from "./following.js";
import { HOLD, RELEASE, streamsPicture } from "./streams-tables.js";

/** Between two changes of a display: more could not be read anyway. */
const REFRESH_MS = 500;

/** So many tables of a context are kept moving; of more, the oldest one is closed: its cell was most likely run again. */
const MOST_DISPLAYS = 4;

/** What the buttons of the tables ask of the engine. */
export interface StreamsControls {
  controlContext(command: "start" | "stop", context: string): Promise<void>;
  holdOutput(context: string, output: string, held: boolean): void;
}

/** Does what a button of a table asks for: start or stop of all, or of one output. */
export function streamsCommand(command: string, context: string, engine: StreamsControls): void {
  const [word = "", output = ""] = command.split(" ");
  if (word === "start" || word === "stop") void engine.controlContext(word, context);
  else if (word === HOLD || word === RELEASE) engine.holdOutput(context, output, word === HOLD);
}

interface ContextTables {
  /** Oldest first. */
  displays: string[];
  /** What was sent last. */
  sent: string;
}

/**
 * Feeds the tables of `%streams`, in the engine thread: a busy cell does not stop them. At most two changes a second, and none
 * when nothing has changed.
 */
export class StreamsDisplays {
  readonly #following: Following<ContextTables>;

  /** @param clock real time, whatever that of the contexts is */
  constructor(
    clock: Clock,
    private readonly standing: (context: string) => Standing | undefined,
    private readonly send: (message: FromEngine) => void,
  ) {
    const create = (): ContextTables => ({ displays: [], sent: "" });
    this.#following = new Following(clock, REFRESH_MS, create, (context, tables) =>
      this.#show(context, tables),
    );
  }

  follow(context: string, display: string): void {
    const tables = this.#following.of(context);
    tables.displays.push(display);
    tables.sent = "";
    for (const old of tables.displays.splice(0, tables.displays.length - MOST_DISPLAYS)) this.#close(old);
    this.changed(context, false);
  }

  /** Something of a context is another than it was: it is shown now, or when its time has come; at once when it ended. */
  changed(context: string, isOver: boolean): void {
    this.#following.changed(context, isOver);
  }

  /** The context that a display shows; undefined for one that is none of these. */
  contextOf(display: string): string | undefined {
    return this.#following.contextWith(({ displays }) => displays.includes(display));
  }

  /** @returns whether to look again by itself: while the streams run, a queue grows without a batch being done */
  #show(context: string, tables: ContextTables): boolean {
    const standing = this.standing(context);
    if (standing === undefined) return false;
    const picture = streamsPicture(standing);
    const text = JSON.stringify(picture);
    if (text !== tables.sent) {
      tables.sent = text;
      for (const display of tables.displays)
        this.send({ type: "liveChange", display, mode: "replace", ...picture });
    }
    return standing.status.state === "ACTIVE";
  }

  #close(display: string): void {
    const reason = "newer tables of %streams took its place";
    this.send({ type: "liveClose", display, status: { state: "stopped", reason, text: "" } });
  }
}
