/**
 * What a magic is: a value that carries its own name, parameters, help and action.
 * The parser, `-h`, `%lsmagic`, completion and the documentation are all derived from it.
 */

import type { CellId, MimeBundle } from "../port/evaluator.js";
import type { TypeCheckMode } from "../port/language.js";
import type { NotebookAccess } from "./notebook-access.js";

/** `line` and `code` take the rest of the line as it stands: any text, or TypeScript, in which completion goes on. */
export type ParamType = "string" | "integer" | "number" | "duration" | "line" | "code";

interface ParamBase {
  /** As the reader of the value names it: `rate` is written `--rate`. */
  name: string;
  help: string;
}

/** `%plot counts`: read by place. `rest` takes all that remain (as an array). */
export interface Positional extends ParamBase {
  kind: "positional";
  type?: ParamType;
  required?: boolean;
  rest?: boolean;
  choices?: readonly string[];
  /** The value is the name of a notebook variable of one of these types; used by completion. */
  variableTypes?: readonly string[];
  /** What completion offers; other values are taken as well. */
  suggestions?: readonly string[];
  /** The value is the name of a magic; used by completion. */
  namesMagic?: boolean;
  /** The value is the name of a variable that the magic makes: code after it may use it. */
  makesVariable?: boolean;
  min?: number;
  max?: number;
}

/** `--rate 2000` or `--rate=2000`. */
export interface Option extends ParamBase {
  kind: "option";
  /** One letter: `-r 2000` and `-r2000` are the same. */
  short?: string;
  type?: ParamType;
  choices?: readonly string[];
  /** The value is a field of the records of the variable that this other parameter names; used by completion. */
  fieldsOf?: string;
  default?: string | number;
  min?: number;
  max?: number;
}

/** `--graceful`. Absent is false. */
export interface Flag extends ParamBase {
  kind: "flag";
  /** One letter: `-g` is the same. */
  short?: string;
}

export type Param = Positional | Option | Flag;

/** Parsed arguments by parameter name; `duration` values are milliseconds. Absent optional ones are undefined. */
export type MagicArgs = Record<string, string | number | boolean | string[] | undefined>;

/** What a magic may do to the cell it stands in. */
export interface MagicHost {
  readonly cell: CellId;
  /** Writes to the cell's stdout. */
  print(text: string): void;
  /** Writes to the cell's stdout or stderr, as it is: a line break is not added. */
  write(name: "stdout" | "stderr", text: string): void;
  /** Shows a MIME bundle in the cell; by `displayId` others can change it later, and `update` changes it. */
  show(
    bundle: MimeBundle,
    displayId?: string,
    options?: { update?: boolean; metadata?: Record<string, unknown> },
  ): void;
  /** The value of a notebook variable, undefined when there is none of that name. */
  lookup(name: string): unknown;
  /** Names of the notebook's variables. */
  variables(): string[];
  /** All magics there are, for `%lsmagic` and `%help`. */
  readonly magics: readonly Magic<never>[];
  /** Sets how cells after this one are type-checked; without a mode nothing is set. The cell then shows the mode. */
  typeCheck(mode: TypeCheckMode | undefined): void;
  /**
   * Runs a file of the notebook's folder in the cell: a program, whose exports become variables, or a notebook.
   * @throws MagicUsageError when there is no such file
   */
  runFile(file: string, args: readonly string[]): Promise<void>;
  /** The notebook itself, for magics that are about it. @throws Error in a program, which is none */
  readonly notebook: NotebookAccess;
  /** Aborted when the cell is interrupted. */
  readonly signal: AbortSignal;
}

/** A call as written: `%name line`, with the rest of the cell when it is a cell magic. */
export interface MagicCall {
  args: MagicArgs;
  /** The text after the name, unparsed. */
  line: string;
  /** Lines below `%%name`, undefined for a line magic. */
  body: string | undefined;
  /** `x = %name …`: the value goes to code, which may make it needless to print as well. */
  assigned: boolean;
}

/**
 * `Context` is what the composition root adds for its magics (Millrace adds the stream session).
 * @see {@link MagicHost} for what every magic gets.
 */
export interface Magic<Context = unknown> {
  /** Written `%name`; matched without regard to case. */
  name: string;
  kinds: readonly ("line" | "cell")[];
  /** One sentence. */
  summary: string;
  params: readonly Param[];
  /** What stands below `%%name` is TypeScript, for completion and the type check; text of any kind when absent. */
  body?: "code";
  /** The TypeScript type of `x = %name …`, in names that every cell has; any when absent. */
  valueType?: string;
  examples?: readonly string[];
  /** It may bring other magics, which may stand below it in the same cell. */
  loadsMagics?: boolean;
  /** What it returns is the value of `x = %name …`; undefined shows nothing. */
  run(call: MagicCall, host: MagicHost, context: Context): unknown;
}
