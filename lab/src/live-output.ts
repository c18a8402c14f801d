/** The output of a cell that holds a live display: one thing that moves, or a dashboard of several. */

import type { MimeModel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { isLiveBundle } from "../../kernel/port/live-shape.js";
import { Dashboard } from "./dashboard.js";
import { LiveDisplay, type LiveDisplayOptions } from "./live-display.js";

export class LiveOutput extends Widget {
  #content: LiveDisplay | Dashboard | undefined;

  constructor(private readonly options: LiveDisplayOptions) {
    super();
  }

  /** Called by JupyterLab with the stored bundle, and again when the kernel updates it. */
  async renderModel(model: MimeModel): Promise<void> {
    const bundle = model.data[this.options.mimeType];
    if (!isLiveBundle(bundle))
      throw new Error("this output was written by another version of Millrace: run its cell again");
    const content = this.#contentOf(bundle.tiles === undefined ? LiveDisplay : Dashboard);
    content.showBundle(model, bundle);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#content?.dispose();
    super.dispose();
  }

  #contentOf(kind: typeof LiveDisplay | typeof Dashboard): LiveDisplay | Dashboard {
    if (this.#content instanceof kind) return this.#content;
    this.#content?.dispose();
    this.#content = new kind(this.options);
    this.node.replaceChildren(this.#content.node);
    return this.#content;
  }
}
