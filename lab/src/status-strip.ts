/** The line below a live chart, or all of a bar of progress: how far it is, whether it moves, why not, the figures, and the buttons. */

import type { LiveStatus } from "../../kernel/port/live.js";

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
    this.#load.title = "processing time of the last batch, of its interval";
    this.node.append(this.#state, this.#progress, this.#reason, this.#load, this.#text, this.#button);
  }

  /** `reachable`: there is a kernel that would hear the button. */
  show(status: LiveStatus, reachable: boolean): void {
    const button = (status.progress === undefined ? STREAM_BUTTON : WORK_BUTTON)[status.state];
    this.#command = button?.command ?? "";
    this.node.dataset.state = status.state;
    write(this.#state, `${SIGN[status.state]} ${status.state}`);
    write(this.#reason, status.reason);
    write(this.#button, button?.label ?? "");
    this.#button.hidden = button === undefined;
    this.#button.disabled = !reachable;
    const isOther = status.state !== this.#status?.state;
    this.#status = status;
    // With a message, so in the frame that draws its rows; after the last one by a timer.
    if (isOther || performance.now() >= this.#shownMs + FIGURES_MS) this.#showFigures();
    else this.#figuresTimer ??= window.setTimeout(() => this.#showFigures(), 2 * FIGURES_MS);
  }

  /** Figures that are due are not shown any more. */
  dispose(): void {
    window.clearTimeout(this.#figuresTimer);
  }

  #showFigures(): void {
    window.clearTimeout(this.#figuresTimer);
    this.#figuresTimer = undefined;
    this.#shownMs = performance.now();
    const { progress, load, text = "" } = this.#status ?? {};
    this.#progress.hidden = progress === undefined;
    this.#progress.value = progress ?? 0;
    this.#load.hidden = load === undefined;
    this.#load.value = Math.min(1, load ?? 0);
    this.#load.dataset.late = String((load ?? 0) > 1);
    write(this.#text, text);
  }
}

function span(className: string): HTMLSpanElement {
  const element = document.createElement("span");
  element.className = className;
  return element;
}

/** Text, never markup. An unchanged text is left alone: it may be selected, or about to be read aloud. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
