import { escapeHtml } from "../../kernel/port/escape-html.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";
import { TABLE_MIME, type Table, type TableBundle } from "../../kernel/port/table.js";
import { tablesHtml, tablesText } from "../../kernel/port/table-fallback.js";

const DISPLAY = Symbol.for("Jupyter.display");

/**
 * What an inspecting magic gives: the value itself, for code (`const rows = %state counts`), which shows itself as these tables.
 * @returns the same object
 */
export function shownAs<V extends object>(value: V, title: string, tables: Table[]): V {
  return Object.defineProperty(value, DISPLAY, {
    value: () => tableBundle({ title, tables }),
    configurable: true,
  });
}

/** Tables under a title: for the plugin, as HTML in which data is text, and as text for a console. */
export function tableBundle(bundle: TableBundle): MimeBundle {
  const { title, tables } = bundle;
  return {
    [TABLE_MIME]: bundle,
    "text/html": `<p><strong>${escapeHtml(title)}</strong></p>${tablesHtml(tables)}`,
    "text/plain": [title, ...(tables.length > 0 ? [tablesText(tables)] : [])].join("\n\n"),
  };
}
