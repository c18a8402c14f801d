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
    this.#progress.hidden = status.progress === undefined;
    this.#progress.value = status.progress ?? 0;
    this.#load.hidden = status.load === undefined;
    this.#load.value = Math.min(1, status.load ?? 0);
    this.#load.dataset.late = String((status.load ?? 0) > 1);
    write(this.#reason, status.reason);
    write(this.#text, status.text);
    write(this.#button, button?.label ?? "");
    this.#button.hidden = button === undefined;
    this.#button.disabled = !reachable;
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
