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

/** Rows in the order of a column, or as they came. */
interface Sorting {
  column: string;
  descending: boolean;
}

class TableView {
  readonly node = document.createElement("section");
  readonly #title = document.createElement("p");
  readonly #head = document.createElement("tr");
  readonly #body = document.createElement("tbody");
  #table: Table | undefined;
  #reachable = false;
  /** The columns the head was made for. */
  #columns = "";
  #sorting: Sorting | undefined;

  constructor(private readonly options: TablesOptions) {
    const table = document.createElement("table");
    const head = document.createElement("thead");
    head.append(this.#head);
    table.append(head, this.#body);
    this.#title.className = "mlr-table-title";
    this.node.append(this.#title, table);
  }

  show(table: Table, reachable: boolean): void {
    this.#table = table;
    this.#reachable = reachable;
    write(this.#title, table.title);
    this.#title.hidden = table.title === "";
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
        this.#fill(cell, column, row[column.name]);
      });
    });
  }

  #fill(cell: HTMLTableCellElement, column: TableColumn, value: unknown): void {
    cell.className = alignment(column);
    cell.dataset.kind = column.kind;
    const text = cellText(column, value);
    if (column.kind === "button") this.#button(cell, value);
    else if (column.kind === "sparkline") sparkline(cell, Array.isArray(value) ? value : []);
    else write(cell, text);
    if (column.kind === "status") cell.dataset.state = statusWord(String(value ?? ""));
    if (column.kind === "load") cell.style.setProperty("--mlr-load", String(share(value)));
    if (column.kind === "load") cell.classList.toggle("mlr-over", share(value) >= 1);
    if (column.kind === "time" && typeof value === "number") cell.title = utc(value);
  }

  #button(cell: HTMLTableCellElement, value: unknown): void {
    const known = cell.querySelector("button");
    if (!isButton(value)) {
      known?.remove();
      return;
    }
    const button = known ?? document.createElement("button");
    button.type = "button";
    button.disabled = !this.#reachable;
    button.onclick = () => this.options.press(value.command);
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

/** An unchanged text is left alone: it may be selected. */
function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
