import { escapeHtml } from "../../kernel/port/escape-html.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";

/** A table of short texts under a heading; cells of a column that are numbers are aligned right. */
export interface TableSection {
  heading: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

/**
 * What an inspecting magic gives: `value` for code (`const w = %window counts`), tables for people. As HTML in a
 * notebook, as text in a console.
 */
export class TableView<V> {
  constructor(
    /** What the tables show, as data. */
    readonly value: V,
    private readonly title: string,
    private readonly sections: readonly TableSection[],
  ) {}

  [Symbol.for("Jupyter.display")](): MimeBundle {
    return { "text/html": this.html(), "text/plain": this.text() };
  }

  html(): string {
    const title = `<p><strong>${escapeHtml(this.title)}</strong></p>`;
    return [title, ...this.sections.map(sectionHtml)].join("");
  }

  text(): string {
    return [this.title, ...this.sections.map(sectionText)].join("\n\n");
  }
}

function sectionHtml({ heading, columns, rows }: TableSection): string {
  const head = columns.map((column) => `<th>${escapeHtml(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map(cellHtml).join("")}</tr>`).join("");
  const caption = heading === "" ? "" : `<p>${escapeHtml(heading)}</p>`;
  return `${caption}<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function cellHtml(cell: string | number): string {
  const align = typeof cell === "number" ? "right" : "left";
  return `<td style="text-align: ${align}">${escapeHtml(shown(cell))}</td>`;
}

function sectionText({ heading, columns, rows }: TableSection): string {
  const cells = [columns, ...rows].map((row) => row.map(shown));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[], like: readonly (string | number)[]) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, typeof like[i] === "number"))
      .join("  ")
      .trimEnd();
  const lines = cells.map((row, i) => line(row, rows[Math.max(i - 1, 0)] ?? []));
  return [...(heading === "" ? [] : [heading]), ...lines].join("\n");
}

function pad(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width);
}

function shown(cell: string | number): string {
  if (typeof cell === "string") return cell;
  // Thousands are marked; of fractions no digit is lost.
  return Number.isInteger(cell) ? cell.toLocaleString("en-US") : String(cell);
}
