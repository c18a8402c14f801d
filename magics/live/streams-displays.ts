import type { FromEngine } from "../../kernel/port/live.js";
import type { Standing } from "../../runtime/engine/contexts.js";
import type { Clock } from "../../runtime/time/clock.js";
import { Pace } from "./pace.js";
import { HOLD, RELEASE, streamsPicture } from "./streams-tables.js";

/** Between two changes of a display: more could not be read anyway. */
export const REFRESH_MS = 500;

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

interface Followed {
  /** Oldest first. */
  displays: string[];
  /** What was sent last. */
  sent: string;
  pace: Pace;
}

/**
 * Feeds the tables of `%streams`, in the engine thread: a busy cell does not stop them. At most two changes a second, and none
 * when nothing has changed.
 */
export class StreamsDisplays {
  /** By context. */
  readonly #followed = new Map<string, Followed>();

  /** @param clock real time, whatever that of the contexts is */
  constructor(
    private readonly clock: Clock,
    private readonly standing: (context: string) => Standing | undefined,
    private readonly send: (message: FromEngine) => void,
  ) {}

  follow(context: string, display: string): void {
    const followed = this.#followed.get(context) ?? this.#newFollowed(context);
    followed.displays.push(display);
    followed.sent = "";
    for (const old of followed.displays.splice(0, followed.displays.length - MOST_DISPLAYS)) this.#close(old);
    this.changed(context);
  }

  /** Something of a context is another than it was: it is shown now, or when its time has come. */
  changed(context: string): void {
    this.#followed.get(context)?.pace.ask();
  }

  /** The context that a display shows; undefined for one that is none of these. */
  contextOf(display: string): string | undefined {
    return [...this.#followed].find(([, { displays }]) => displays.includes(display))?.[0];
  }

  #newFollowed(context: string): Followed {
    const pace = new Pace(this.clock, REFRESH_MS, () => this.#show(context, followed));
    const followed: Followed = { displays: [], sent: "", pace };
    this.#followed.set(context, followed);
    return followed;
  }

  /** While the streams run it looks again by itself: a queue grows without a batch being done. */
  #show(context: string, followed: Followed): void {
    const standing = this.standing(context);
    if (standing === undefined) return;
    const picture = streamsPicture(standing);
    const text = JSON.stringify(picture);
    if (text !== followed.sent) {
      followed.sent = text;
      for (const display of followed.displays)
        this.send({ type: "liveChange", display, mode: "replace", ...picture });
    }
    if (standing.status.state === "ACTIVE") followed.pace.later();
  }

  #close(display: string): void {
    const reason = "newer tables of %streams took its place";
    this.send({ type: "liveClose", display, status: { state: "stopped", reason, text: "" } });
  }
}
