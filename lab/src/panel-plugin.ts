/** Opens the panel "Millrace Streams": from the command palette, the launcher and `%dashboard --panel`. */

import { ILayoutRestorer, type JupyterFrontEnd } from "@jupyterlab/application";
import { ICommandPalette, IThemeManager, MainAreaWidget, WidgetTracker } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import type { LIVE_PANEL_MIME } from "../../kernel/port/live.js";
import { StreamsPanel } from "./streams-panel.js";

const PANEL: typeof LIVE_PANEL_MIME = "application/vnd.millrace.panel.v1+json";
const COMMAND = "millrace:open-streams";
const LABEL = "Millrace Streams";
const NAMESPACE = "millrace-streams";
/** Drawn by the style sheet. */
const ICON = "mlr-icon";

async function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  themes: IThemeManager | null,
): Promise<void> {
  const tracker = new WidgetTracker<MainAreaWidget<StreamsPanel>>({ namespace: NAMESPACE });
  app.commands.addCommand(COMMAND, {
    label: LABEL,
    iconClass: ICON,
    caption: "All charts and tables of the active notebook's streams",
    execute: () => open(app, tracker, new StreamsPanel(notebooks, themes?.themeChanged)),
  });
  palette?.addItem({ command: COMMAND, category: "Millrace" });
  void restorer?.restore(tracker, { command: COMMAND, name: () => NAMESPACE });
  openFromCells(app, notebooks);
  await offerInLauncher(app);
}

/** There is one panel: it is shown again where there is one already. */
function open(
  app: JupyterFrontEnd,
  tracker: WidgetTracker<MainAreaWidget<StreamsPanel>>,
  content: StreamsPanel,
): void {
  const there = tracker.currentWidget;
  if (there !== null && !there.isDisposed) {
    content.dispose();
    app.shell.activateById(there.id);
    return;
  }
  const panel = new MainAreaWidget({ content });
  panel.id = NAMESPACE;
  panel.title.label = LABEL;
  panel.title.iconClass = ICON;
  panel.title.closable = true;
  void tracker.add(panel);
  app.shell.add(panel, "main", { mode: "split-right", activate: false });
}

/** `%dashboard --panel` shows an output that says so. Only what a kernel sends now opens the panel: stored outputs do not. */
function openFromCells(app: JupyterFrontEnd, notebooks: INotebookTracker): void {
  const listen = ({ sessionContext }: NotebookPanel): void => {
    sessionContext.iopubMessage.connect((_session, { header, content }) => {
      const isPanel = header.msg_type === "display_data" && PANEL in ((content.data as object) ?? {});
      if (isPanel) void app.commands.execute(COMMAND);
    });
  };
  notebooks.forEach(listen);
  notebooks.widgetAdded.connect((_tracker, panel) => listen(panel));
}

/** Notebook 7 has no launcher: its module is asked for only when it is there. */
async function offerInLauncher(app: JupyterFrontEnd): Promise<void> {
  try {
    const { ILauncher } = await import("@jupyterlab/launcher");
    const launcher = await app.resolveOptionalService(ILauncher);
    launcher?.add({ command: COMMAND, category: "Other" });
  } catch {
    // No launcher in this front end.
  }
}

export const panelPlugin = {
  id: "millrace-lab:streams-panel",
  description: "A panel with all charts and tables of the active notebook's streams",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer, IThemeManager],
  activate,
};
