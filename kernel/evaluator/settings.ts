/** What a person may set for all cells of a notebook: `%config` lists it, and some of it has a magic of its own. */

import type { Setting } from "../magic/notebook-access.js";

/** The values, as the evaluator reads them. */
export class NotebookSettings {
  /** Modules of the notebook's folder that have changed are imported again before each cell. */
  autoreload = false;
  /** What cells print is shown. */
  showOutput = true;
  /** The text of a result begins with its type. */
  showTypes = false;
  /** Long values are shown in part. */
  truncation = true;

  /** The same for people: by name, with words for values. */
  readonly list: readonly Setting[] = [
    this.#onOff("autoreload", "changed modules of the notebook's folder are imported again before each cell"),
    this.#onOff("showOutput", "what cells print is shown"),
    this.#onOff("showTypes", "the text of a result begins with its type"),
    this.#onOff("truncation", "long values are shown in part"),
  ];

  #onOff(name: "autoreload" | "showOutput" | "showTypes" | "truncation", help: string): Setting {
    const settings = this;
    return {
      name,
      help,
      choices: ["on", "off"],
      get value() {
        return settings[name] ? "on" : "off";
      },
      set value(value: string) {
        settings[name] = value === "on";
      },
    };
  }
}
