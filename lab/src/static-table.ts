/** A table that stays as it is: what an inspecting cell gave. */

import type { MimeModel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { isTableBundle } from "../../kernel/port/table-shape.js";
import { Tables } from "./table.js";

export class StaticTable extends Widget {
  readonly #title = document.createElement("p");
  readonly #tables = new Tables({ press: () => undefined });

  constructor(private readonly mimeType: string) {
    super();
    this.addClass("mlr-StaticTable");
    this.#title.className = "mlr-title";
    this.node.append(this.#title, this.#tables.node);
  }

  /** Called by JupyterLab with the stored bundle. */
  async renderModel(model: MimeModel): Promise<void> {
    const bundle = model.data[this.mimeType];
    if (!isTableBundle(bundle))
      throw new Error("this table was written by another version of Millrace: run its cell again");
    this.#title.textContent = bundle.title;
    this.#title.hidden = bundle.title === "";
    this.#tables.show(bundle.tables, false);
  }
}
