/** Tables that can be sorted by a click on a column's title. Data becomes text only; cells are changed in place. */

import {
  isButton,
  isRightAligned,
  type Table,
  type TableColumn,
  type TableRow,
} from "../../kernel/port/table.js";
import { cellText, sortKey, statusWord } from "../../kernel/port/table-cell.js";
import { sparkline } from "./sparkline.js";
import { set, write } from "./write-changed.js";

export interface TablesOptions {
  /** Takes the command of the button that was pressed. */
  press(command: string): void;
}

/** One or more tables below each other. What they are sorted by stays when their rows change. */
export class Tables {
  readonly node = document.createElement("div");
  readonly #views: TableView[] = [];

  constructor(private readonly options: TablesOptions) {
    this.node.className = "mlr-tables";
    // JupyterLab would take Enter and Space on a title or a button for commands of the notebook.
    this.node.dataset.lmSuppressShortcuts = "true";
  }

  /** @param reachable there is a kernel that would hear a button */
  show(tables: readonly Table[], reachable: boolean): void {
    while (this.#views.length > tables.length) this.#views.pop()?.node.remove();
    tables.forEach((table, i) => {
      const view = this.#views[i] ?? new TableView(this.options);
      if (this.#views[i] === undefined) {
        this.#views.push(view);
        this.node.append(view.node);
      }
      view.show(table, reachable);
    });
  }
}

/** A text of more characters is not squeezed into a column of single words. */
const LONG_TEXT = 40;

/** Rows in the order of a column, or as they came. */
interface Sorting {
  column: string;
  descending: boolean;
}

class TableView {
  readonly node = document.createElement("section");
  readonly #grid = document.createElement("table");
  readonly #title = document.createElement("p");
  readonly #head = document.createElement("tr");
  readonly #body = document.createElement("tbody");
  #table: Table | undefined;
  #reachable = false;
  /** The columns the head was made for. */
  #columns = "";
  #sorting: Sorting | undefined;

  constructor(private readonly options: TablesOptions) {
    const head = document.createElement("thead");
    head.append(this.#head);
    this.#grid.append(head, this.#body);
    this.#title.className = "mlr-table-title";
    this.node.append(this.#title, this.#grid);
  }

  show(table: Table, reachable: boolean): void {
    this.#table = table;
    this.#reachable = reachable;
    write(this.#title, table.title);
    set(this.#title, "hidden", table.title === "");
    set(this.#grid, "ariaLabel", table.title === "" ? null : table.title);
    const columns = JSON.stringify(table.columns);
    if (columns !== this.#columns) {
      this.#columns = columns;
      this.#head.replaceChildren(...table.columns.map((column) => this.#heading(column)));
      this.#body.replaceChildren();
    }
    this.#draw(table);
  }

  #heading(column: TableColumn): HTMLElement {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.className = alignment(column);
    if (column.kind === "button") return cell;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = column.title;
    button.addEventListener("click", () => this.#sortBy(column.name));
    cell.append(button);
    return cell;
  }

  /** First from the largest, then from the smallest, then as the rows came. */
  #sortBy(column: string): void {
    if (this.#sorting?.column !== column) this.#sorting = { column, descending: true };
    else this.#sorting = this.#sorting.descending ? { column, descending: false } : undefined;
    if (this.#table !== undefined) this.#draw(this.#table);
  }

  #draw({ columns, rows }: Table): void {
    columns.forEach((column, i) => {
      const heading = this.#head.children[i];
      const sorted = this.#sorting?.column === column.name;
      if (sorted) heading?.setAttribute("aria-sort", this.#sorting?.descending ? "descending" : "ascending");
      else heading?.removeAttribute("aria-sort");
    });
    while (this.#body.rows.length > rows.length) this.#body.deleteRow(-1);
    sorted(rows, columns, this.#sorting).forEach((row, i) => {
      const line = this.#body.rows[i] ?? this.#body.insertRow();
      columns.forEach((column, j) => {
        const cell = line.cells[j] ?? line.insertCell();
        this.#fill(cell, column, row);
      });
    });
  }

  #fill(cell: HTMLTableCellElement, column: TableColumn, row: TableRow): void {
    const value = row[column.name];
    const text = cellText(column, value);
    const isOver = column.kind === "load" && share(value) >= 1;
    const isLong = column.kind === "text" && text.length > LONG_TEXT;
    const classes = [alignment(column), ...(isOver ? ["mlr-over"] : []), ...(isLong ? ["mlr-long"] : [])];
    set(cell, "className", classes.join(" "));
    set(cell.dataset, "kind", column.kind);
    if (column.kind === "button") this.#button(cell, value, row);
    else if (column.kind === "sparkline") sparkline(cell, Array.isArray(value) ? value : []);
    else write(cell, text);
    if (column.kind === "status") set(cell.dataset, "state", statusWord(String(value ?? "")));
    if (column.kind === "load") cell.style.setProperty("--mlr-load", String(share(value)));
    if (column.kind === "time" && typeof value === "number") set(cell, "title", utc(value));
  }

  /** To be read aloud it says of what row it is: the row's first cell. */
  #button(cell: HTMLTableCellElement, value: unknown, row: TableRow): void {
    const known = cell.querySelector("button");
    if (!isButton(value)) {
      known?.remove();
      return;
    }
    const button = known ?? document.createElement("button");
    button.type = "button";
    set(button, "disabled", !this.#reachable);
    button.onclick = () => this.options.press(value.command);
    const [first] = this.#table?.columns ?? [];
    set(
      button,
      "ariaLabel",
      first === undefined ? null : `${value.label} ${cellText(first, row[first.name])}`,
    );
    write(button, value.label);
    if (known === null) cell.append(button);
  }
}

function sorted(rows: readonly TableRow[], columns: readonly TableColumn[], sorting?: Sorting): TableRow[] {
  const column = columns.find(({ name }) => name === sorting?.column);
  if (column === undefined || sorting === undefined) return [...rows];
  const keyed = rows.map((row) => ({ row, key: sortKey(column, row[column.name]) }));
  const sign = sorting.descending ? -1 : 1;
  return keyed.sort((a, b) => compare(a.key, b.key, sign)).map(({ row }) => row);
}

/** Missing values come last, whatever the direction. */
function compare(a: number | string | undefined, b: number | string | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b));
}

function alignment(column: TableColumn): string {
  return isRightAligned(column) ? "mlr-right" : "mlr-left";
}

/** What part of its time a batch took, at most 1. */
function share(load: unknown): number {
  const key = sortKey({ kind: "load" }, load);
  return typeof key === "number" ? Math.min(key, 1) : 0;
}

function utc(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
