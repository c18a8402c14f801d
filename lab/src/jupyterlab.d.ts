// The part of JupyterLab that the plugin touches. JupyterLab gives these modules at run time (`sharedPackages`);
// installing them for their types alone would add hundreds of packages.

declare module "@jupyterlab/apputils" {
  import type { Token } from "@lumino/coreutils";
  import type { ISignal } from "@lumino/signaling";

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
    /** Replaces it in the notebook. */
    setData(options: { data: Record<string, unknown> }): void;
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
    readonly ready: Promise<void>;
    readonly session: { readonly kernel: Kernel.IKernelConnection | null } | null;
    readonly kernelChanged: ISignal<SessionContext, unknown>;
    readonly statusChanged: ISignal<SessionContext, Kernel.Status>;
  }

  export interface NotebookPanel extends Widget {
    readonly content: { readonly rendermime: { addFactory(factory: RendererFactory, rank: number): void } };
    readonly sessionContext: SessionContext;
  }

  export interface INotebookTracker {
    forEach(visit: (panel: NotebookPanel) => void): void;
    readonly widgetAdded: ISignal<INotebookTracker, NotebookPanel>;
  }
  export const INotebookTracker: Token<INotebookTracker>;
}
