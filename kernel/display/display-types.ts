/** `display` as a cell uses it. */

export interface DisplayOptions {
  /** The value is a MIME bundle already: `{"text/html": "<b>hi</b>"}`. */
  raw?: boolean;
  /** Name of the display, so that it can be updated from elsewhere. */
  display_id?: string;
  /** Replaces the display of that `display_id` instead of adding one. */
  update?: boolean;
  metadata?: Record<string, unknown>;
}

/** Something that was shown and can be replaced. */
export interface DisplayHandle {
  readonly display_id: string;
  /** Shows another value in the same place. */
  update(value: unknown, options?: Omit<DisplayOptions, "display_id" | "update">): void;
}

export interface Display {
  (value: unknown, options?: DisplayOptions): DisplayHandle;
  /** Shows HTML as it is written: not for text that comes from data. */
  html(html: string, options?: DisplayOptions): DisplayHandle;
  svg(svg: string, options?: DisplayOptions): DisplayHandle;
  markdown(markdown: string, options?: DisplayOptions): DisplayHandle;
  /** Shows LaTeX, with or without its dollar signs. */
  latex(latex: string, options?: DisplayOptions): DisplayHandle;
  /** Shows a PNG image: its bytes, or their base64 text. */
  png(image: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  /** Shows a JPEG image: its bytes, or their base64 text. */
  jpeg(image: Uint8Array | string, options?: DisplayOptions): DisplayHandle;
  /** Shows a value as a JSON tree. */
  json(value: unknown, options?: DisplayOptions): DisplayHandle;
}
