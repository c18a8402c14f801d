/** The type check of cells: beside their run (`warn`), before it (`strict`), or not at all. */

import type { CellError } from "../port/evaluator.js";
import type { TypeCheckMode, TypeProblem } from "../port/language.js";
import { type Clock, within } from "./clock.js";
import type { Finished } from "./evaluator.js";
import type { LanguageClient } from "./language-client.js";
import { type CheckedCell, NOT_CHECKED, typeCheckError, typeReport } from "./type-report.js";

/**
 * So long may the end of a cell wait for its type errors, which must not come after idle. Most are there before: the
 * check runs beside the cell and takes a millisecond. Errors found later are told with the next cell.
 */
export const REPORT_WAIT_MS = 100;

/** When no cell follows for so long, they are told as late output of their own: clients that run cells one by one see none. */
export const NEXT_CELL_WAIT_MS = 1_000;

/** The check of one cell, from its start to its end. */
export interface CellCheck {
  /**
   * Why the cell must not run; undefined: it may, and where it could not be checked that has been printed. Resolves at once
   * unless the mode is `strict`.
   */
  refusal(): Promise<CellError | undefined>;
  /** The cell is over. Resolves with what is to be printed before idle, empty when there is nothing. */
  end(finished: Finished): Promise<string>;
}

/** A cell that begins. */
export interface BeginningCell extends CheckedCell {
  /** Its errors are for nobody. */
  silent: boolean;
  /** Prints below the cell, also when it is over. */
  print(text: string): void;
}

/** A report that was not there when its cell ended. */
interface LateReport {
  text: string;
  print(text: string): void;
}

type Problems = Promise<readonly TypeProblem[] | undefined>;

export class TypeCheck {
  readonly #language: LanguageClient;
  readonly #clock: Clock;
  /** In the order they came. */
  #late: LateReport[] = [];
  /** Cells that run and will take late reports with them. */
  #running = 0;
  /** Checks that were not done in time and still run: while there are any, waiting for more is in vain. */
  #overdue = 0;
  mode: TypeCheckMode = "warn";

  constructor(language: LanguageClient, clock: Clock) {
    this.#language = language;
    this.#clock = clock;
  }

  begin(cell: BeginningCell): CellCheck {
    const mode = cell.silent ? "off" : this.mode;
    if (!cell.silent) this.#running += 1;
    const problems = this.#language.begin(cell.code, mode);
    return {
      refusal: async () => (mode === "strict" ? refusal(await problems, cell) : undefined),
      end: ({ compiled, outcome }) => {
        this.#language.end(compiled);
        if (cell.silent) return Promise.resolve("");
        this.#running -= 1;
        if (mode !== "warn") return Promise.resolve(this.#takeLate());
        return this.#report(outcome.status === "error" ? untold(problems) : problems, cell);
      },
    };
  }

  async #report(problems: Problems, cell: BeginningCell): Promise<string> {
    const report = problems.then((found = []) => (found.length === 0 ? "" : typeReport(found, cell)));
    const waitMs = this.#language.warmed && this.#overdue === 0 ? REPORT_WAIT_MS : 0;
    const inTime = await within<string | undefined>(this.#clock, waitMs, report, () => undefined);
    if (inTime === undefined) void this.#keep(report, cell);
    return `${this.#takeLate()}${this.mode === "off" ? "" : (inTime ?? "")}`;
  }

  async #keep(report: Promise<string>, { print }: BeginningCell): Promise<void> {
    this.#overdue += 1;
    const text = await report;
    this.#overdue -= 1;
    if (text === "") return;
    const late = { text, print };
    this.#late.push(late);
    this.#clock.after(NEXT_CELL_WAIT_MS, () => this.#printBelowItsOwn(late));
  }

  #printBelowItsOwn(late: LateReport): void {
    if (this.#running > 0 || !this.#late.includes(late)) return;
    this.#late = this.#late.filter((other) => other !== late);
    if (this.mode !== "off") late.print(late.text);
  }

  #takeLate(): string {
    const late = this.#late;
    this.#late = [];
    return this.mode === "off" ? "" : late.map(({ text }) => text).join("");
  }
}

/** A name that does not exist or is used too early, an assignment to a constant: a cell that failed may just have said so. */
const TOLD_BY_FAILURE = new Set([2304, 2448, 2454, 2552, 2580, 2588]);

async function untold(problems: Problems): Problems {
  return (await problems)?.filter(({ code }) => !TOLD_BY_FAILURE.has(code));
}

function refusal(problems: readonly TypeProblem[] | undefined, cell: BeginningCell): CellError | undefined {
  if (problems === undefined) cell.print(NOT_CHECKED);
  return problems === undefined || problems.length === 0 ? undefined : typeCheckError(problems, cell);
}
