/** Tables for front ends without the plugin: as HTML in which data is text, and as text for a console. */

import { escapeHtml } from "./escape-html.js";
import { isRightAligned, type Table, type TableColumn, type TableRow } from "./table.js";
import { cellText } from "./table-cell.js";

/** More of a cell is cut off. */
const HTML_CELL = 500;
const TEXT_CELL = 160;

/** A heading and a table for each; empty for none. */
export function tablesHtml(tables: readonly Table[]): string {
  return tables.map(tableHtml).join("");
}

function tableHtml(table: Table): string {
  const columns = shownColumns(table);
  const head = columns.map((column) => `<th${align(column)}>${escapeHtml(column.title)}</th>`).join("");
  const body = table.rows.map((row) => `<tr>${columns.map((column) => cellHtml(column, row)).join("")}</tr>`);
  const heading = table.title === "" ? "" : `<p>${escapeHtml(table.title)}</p>`;
  return `${heading}<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function cellHtml(column: TableColumn, row: TableRow): string {
  return `<td${align(column)}>${escapeHtml(cut(cellText(column, row[column.name]), HTML_CELL))}</td>`;
}

function align(column: TableColumn): string {
  return ` style="text-align: ${isRightAligned(column) ? "right" : "left"}"`;
}

/** Heading and aligned columns of each table, with an empty line between two; empty for none. */
export function tablesText(tables: readonly Table[]): string {
  return tables.map(tableText).join("\n\n");
}

function tableText(table: Table): string {
  const columns = shownColumns(table);
  const cells = table.rows.map((row) =>
    columns.map((column) => cut(cellText(column, row[column.name]), TEXT_CELL)),
  );
  const lines = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]))
      .join("  ")
      .trimEnd(),
  );
  return [...(table.title === "" ? [] : [table.title]), ...text].join("\n");
}

function pad(text: string, width: number, column: TableColumn | undefined): string {
  return column !== undefined && isRightAligned(column) ? text.padStart(width) : text.padEnd(width);
}

/** Nobody would hear a button here. */
function shownColumns({ columns }: Table): TableColumn[] {
  return columns.filter(({ kind }) => kind !== "button");
}

function cut(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}
