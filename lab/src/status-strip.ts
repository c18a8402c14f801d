/** The line below a live chart, or all of a bar of progress: how far it is, whether it moves, why not, the figures, and the buttons. */

import type { LiveStatus } from "../../kernel/port/live.js";
import { set, write } from "./write-changed.js";

type State = LiveStatus["state"];

const SIGN: Record<State, string> = {
  waiting: "◌",
  streaming: "●",
  stopped: "◼",
  failed: "▲",
  running: "●",
  done: "✔",
};

interface Button {
  command: string;
  label: string;
}

/** What can be asked of a stream in each state; nothing of one that may not have been started yet. */
const STREAM_BUTTON: Partial<Record<State, Button>> = {
  streaming: { command: "stop", label: "Stop" },
  stopped: { command: "start", label: "Start" },
  failed: { command: "start", label: "Start" },
};

/** Figures change at most so often: more could not be read, and each change lays out and paints the strip. */
const FIGURES_MS = 250;

/** What can be asked of work with an end: it does not start again by itself. */
const WORK_BUTTON: Partial<Record<State, Button>> = { running: { command: "cancel", label: "Cancel" } };

export class StatusStrip {
  readonly node = document.createElement("div");
  readonly #state = span("mlr-state");
  readonly #reason = span("mlr-reason");
  readonly #text = span("mlr-figures");
  readonly #progress = document.createElement("progress");
  readonly #load = document.createElement("meter");
  readonly #button = document.createElement("button");
  #command = "";
  /** All that is told beside the figures. */
  #standing = "";
  #status: LiveStatus | undefined;
  #shownMs = Number.NEGATIVE_INFINITY;
  #figuresTimer: number | undefined;

  /** `press` gets the command of the button that was pressed. */
  constructor(press: (command: string) => void) {
    this.node.className = "mlr-strip";
    // JupyterLab would take Enter and Space on the button for commands of the notebook.
    this.node.dataset.lmSuppressShortcuts = "true";
    this.#state.setAttribute("role", "status");
    this.#button.type = "button";
    this.#button.addEventListener("click", () => press(this.#command));
    this.#load.ariaLabel = "processing time of the last batch, of its interval";
    // Told when it is asked for: written with each change it would cost as much as the text.
    this.node.addEventListener("pointerover", () => {
      this.#text.title = this.#load.title = this.#text.textContent ?? "";
    });
    this.node.append(this.#state, this.#progress, this.#reason, this.#load, this.#text, this.#button);
  }

  /** `reachable`: there is a kernel that would hear the button. */
  show(status: LiveStatus, reachable: boolean): void {
    const { state, reason, progress } = status;
    const standing = [state, reason, status.isClosed, progress === undefined, reachable].join("\n");
    // Most changes are of figures only: the page is not even asked what it shows.
    if (standing !== this.#standing) this.#showStanding(status, reachable);
    this.#standing = standing;
    const isOther = state !== this.#status?.state;
    this.#status = status;
    // With a message, so in the frame that draws its rows; after the last one by a timer.
    if (isOther || performance.now() >= this.#shownMs + FIGURES_MS) this.#showFigures();
    else this.#figuresTimer ??= window.setTimeout(() => this.#showFigures(), 2 * FIGURES_MS);
  }

  /** Figures that are due are not shown any more. */
  dispose(): void {
    window.clearTimeout(this.#figuresTimer);
  }

  #showStanding(status: LiveStatus, reachable: boolean): void {
    const button = buttonOf(status);
    this.#command = button?.command ?? "";
    set(this.node.dataset, "state", status.state);
    write(this.#state, `${SIGN[status.state]} ${status.state}`);
    write(this.#reason, status.reason);
    write(this.#button, button?.label ?? "");
    set(this.#button, "hidden", button === undefined);
    set(this.#button, "disabled", !reachable);
  }

  #showFigures(): void {
    window.clearTimeout(this.#figuresTimer);
    this.#figuresTimer = undefined;
    this.#shownMs = performance.now();
    const { progress, load, text = "" } = this.#status ?? {};
    set(this.#progress, "hidden", progress === undefined);
    set(this.#progress, "value", progress ?? 0);
    set(this.#load, "hidden", load === undefined);
    set(this.#load, "value", Math.min(1, load ?? 0));
    set(this.#load.dataset, "late", String((load ?? 0) > 1));
    write(this.#text, text);
  }
}

/** None of a display that is closed: nobody would hear it. */
function buttonOf({ state, progress, isClosed }: LiveStatus): Button | undefined {
  if (isClosed) return undefined;
  return (progress === undefined ? STREAM_BUTTON : WORK_BUTTON)[state];
}

function span(className: string): HTMLSpanElement {
  const element = document.createElement("span");
  element.className = className;
  return element;
}
