/** The file of a notebook: told when it is about to be saved, and what was changed beside the notebook's own editors. */

import type { DocumentContext } from "@jupyterlab/notebook";

export class NotebookFile {
  readonly #beforeSave = new Set<() => void>();
  #isSaving = false;
  /** Something was changed while it is being saved, which is not in the file. */
  #isLate = false;

  constructor(private readonly context: DocumentContext) {
    context.saveState.connect(this.#saved, this);
  }

  /** `write` is called whenever the notebook is about to be saved: what it changes will be in the file. @returns ends that */
  beforeSave(write: () => void): () => void {
    this.#beforeSave.add(write);
    return () => this.#beforeSave.delete(write);
  }

  /**
   * The notebook was changed: it is marked so until that is in its file. JupyterLab takes a notebook for saved when the file is
   * written, though what came meanwhile is not in it.
   */
  changed(): void {
    this.#isLate = this.#isSaving;
    this.context.model.dirty = true;
  }

  #saved(_context: DocumentContext, state: string): void {
    this.#isSaving = state === "started";
    if (this.#isSaving) {
      this.#isLate = false;
      for (const write of this.#beforeSave) write();
    } else if (this.#isLate) this.changed();
  }
}
