/** What a live display is in the notebook: how it ended, or, while it moves, how it was not long before the notebook was saved. */

import type { MimeModel } from "@jupyterlab/notebook";
import type { LiveToClient } from "../../kernel/port/live.js";
import { equalJson } from "./equal-json.js";
import type { NotebookFile } from "./notebook-file.js";

/** What it is to be stored as. */
type Stored = Extract<LiveToClient, { type: "final" | "moment" }>;

/** A display that moves has its picture made so often at most, for the case that the notebook is saved: that takes the kernel's time. */
export const MOMENT_MS = 60_000;

export class StoredOutput {
  #model: MimeModel | undefined;
  /** Newer than what the notebook has. */
  #moment: Stored | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  readonly #stopListening: () => void;

  /**
   * @param file undefined for what is in no notebook: nothing is stored then
   * @param ask asks the kernel for a {@link LiveToClient} of type `moment`; gives whether it can be asked
   */
  constructor(
    private readonly mimeType: string,
    private readonly file: NotebookFile | undefined,
    private readonly ask: () => boolean,
  ) {
    this.#stopListening = file?.beforeSave(() => this.#put(this.#moment)) ?? (() => undefined);
  }

  /** The output in the notebook. */
  set model(model: MimeModel) {
    this.#model = model;
  }

  /** The display moves: it shows something else than before. */
  moved(): void {
    if (this.file === undefined || performance.now() < this.#askedMs + MOMENT_MS) return;
    if (this.ask()) this.#askedMs = performance.now();
  }

  /** Of what stands still the notebook is changed at once, so that it is saved; unless it has that already. */
  received(stored: Stored): void {
    this.#moment = stored;
    if (stored.type === "final" && this.#put(stored)) this.file?.changed();
  }

  dispose(): void {
    this.#stopListening();
  }

  /** @returns whether the notebook is another then: opening one does not change it */
  #put(stored: Stored | undefined): boolean {
    this.#moment = undefined;
    if (this.file === undefined || this.#model === undefined || stored === undefined) return false;
    const { data, metadata } = stored;
    if (equalJson(this.#model.data[this.mimeType], data[this.mimeType])) return false;
    this.#model.setData({ data, metadata });
    return true;
  }
}
