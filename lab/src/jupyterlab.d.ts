// The part of JupyterLab that the plugin touches. JupyterLab gives these modules at run time (`sharedPackages`);
// installing them for their types alone would add hundreds of packages.

declare module "@jupyterlab/application" {
  import type { WidgetTracker } from "@jupyterlab/apputils";
  import type { Token } from "@lumino/coreutils";
  import type { Widget } from "@lumino/widgets";

  export interface JupyterFrontEnd {
    readonly commands: {
      addCommand(
        id: string,
        command: { label: string; caption: string; iconClass: string; execute(): void },
      ): void;
      execute(id: string): Promise<unknown>;
    };
    readonly shell: {
      add(widget: Widget, area: "main", options: { mode: "split-right"; activate: boolean }): void;
      activateById(id: string): void;
    };
    resolveOptionalService<T>(token: Token<T>): Promise<T | null>;
  }

  export interface ILayoutRestorer {
    restore<W extends Widget>(
      tracker: WidgetTracker<W>,
      options: { command: string; name(widget: W): string },
    ): Promise<unknown>;
  }
  export const ILayoutRestorer: Token<ILayoutRestorer>;
}

declare module "@jupyterlab/launcher" {
  import type { Token } from "@lumino/coreutils";

  export interface ILauncher {
    add(item: { command: string; category: string }): void;
  }
  export const ILauncher: Token<ILauncher>;
}

declare module "@jupyterlab/apputils" {
  import type { Token } from "@lumino/coreutils";
  import type { ISignal } from "@lumino/signaling";
  import { Widget } from "@lumino/widgets";

  export interface ICommandPalette {
    addItem(item: { command: string; category: string }): void;
  }
  export const ICommandPalette: Token<ICommandPalette>;

  export class MainAreaWidget<T extends Widget> extends Widget {
    constructor(options: { content: T });
    readonly content: T;
  }

  export class WidgetTracker<T extends Widget> {
    constructor(options: { namespace: string });
    readonly currentWidget: T | null;
    add(widget: T): Promise<void>;
  }

  export interface IThemeManager {
    readonly themeChanged: ISignal<IThemeManager, unknown>;
  }
  export const IThemeManager: Token<IThemeManager>;
}

declare module "@jupyterlab/notebook" {
  import type { Kernel } from "@jupyterlab/services";
  import type { Token } from "@lumino/coreutils";
  import type { ISignal } from "@lumino/signaling";
  import type { Widget } from "@lumino/widgets";

  /** A model of one output: MIME type → value. */
  export interface MimeModel {
    readonly data: Readonly<Record<string, unknown>>;
    /** Replaces it in the notebook; metadata that are not given stay. */
    setData(options: { data: Record<string, unknown>; metadata?: Record<string, unknown> }): void;
  }

  export interface Renderer extends Widget {
    renderModel(model: MimeModel): Promise<void>;
  }

  export interface RendererFactory {
    /** Whether it may draw output of a notebook that is not trusted. */
    readonly safe: boolean;
    readonly mimeTypes: readonly string[];
    createRenderer(options: { mimeType: string }): Renderer;
  }

  export interface SessionContext {
    /** Of the notebook. */
    readonly path: string;
    readonly ready: Promise<void>;
    readonly session: { readonly kernel: Kernel.IKernelConnection | null } | null;
    readonly kernelChanged: ISignal<SessionContext, unknown>;
    readonly statusChanged: ISignal<SessionContext, Kernel.Status>;
    readonly iopubMessage: ISignal<
      SessionContext,
      { header: { msg_type: string }; content: { data?: unknown } }
    >;
  }

  /** A file that is open. */
  export interface DocumentContext {
    readonly model: { dirty: boolean };
    /** "started", then "completed" or "failed", and others. */
    readonly saveState: ISignal<DocumentContext, string>;
  }

  export interface NotebookPanel extends Widget {
    readonly context: DocumentContext;
    readonly content: { readonly rendermime: { addFactory(factory: RendererFactory, rank: number): void } };
    readonly sessionContext: SessionContext;
  }

  export interface INotebookTracker {
    forEach(visit: (panel: NotebookPanel) => void): void;
    readonly widgetAdded: ISignal<INotebookTracker, NotebookPanel>;
    readonly currentWidget: NotebookPanel | null;
    readonly currentChanged: ISignal<INotebookTracker, NotebookPanel | null>;
  }
  export const INotebookTracker: Token<INotebookTracker>;
}
