/** The JupyterLab plugins: one draws Millrace's live displays in notebooks, one beside them. Both work in JupyterLab 4 and Notebook 7. */

import { IThemeManager } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import type { LIVE_MIME } from "../../kernel/port/live.js";
import type { TABLE_MIME } from "../../kernel/port/table.js";
import { LiveOutput } from "./live-output.js";
import { NotebookFile } from "./notebook-file.js";
import { panelPlugin } from "./panel-plugin.js";
import { StaticTable } from "./static-table.js";

const LIVE: typeof LIVE_MIME = "application/vnd.millrace.stream.v1+json";
const TABLE: typeof TABLE_MIME = "application/vnd.millrace.table.v1+json";

/** Lower is preferred: before the Vega-Lite and image fallbacks of the same bundle, which start at 0. */
const RANK = -10;

function activate(_app: unknown, notebooks: INotebookTracker, themes: IThemeManager | null): void {
  const draw = (panel: NotebookPanel): void => {
    const session = panel.sessionContext;
    const themeChanged = themes?.themeChanged;
    const file = new NotebookFile(panel.context);
    // Untrusted notebooks may be drawn: strings of the data become text only, and only a click sends anything.
    const safe = true;
    const { rendermime } = panel.content;
    rendermime.addFactory(
      {
        safe,
        mimeTypes: [LIVE],
        createRenderer: ({ mimeType }) => new LiveOutput({ mimeType, session, themeChanged, file }),
      },
      RANK,
    );
    rendermime.addFactory(
      { safe, mimeTypes: [TABLE], createRenderer: ({ mimeType }) => new StaticTable(mimeType) },
      RANK,
    );
  };
  notebooks.forEach(draw);
  notebooks.widgetAdded.connect((_tracker, panel) => draw(panel));
}

const displays = {
  id: "millrace-lab:live-displays",
  description: "Draws Millrace's live displays and keeps them moving",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IThemeManager],
  activate,
};

export default [displays, panelPlugin];
