/** What the front and the language worker say to each other over a MessagePort. Offsets are UTF-16 units of the code. */

/** What the language worker must know of a magic to complete and explain it. */
export interface MagicSummary {
  name: string;
  kinds: ("line" | "cell")[];
  summary: string;
  /** Help text as `%name -h` prints it. */
  help: string;
  params: MagicParamSummary[];
  /** What stands below `%%name` is TypeScript. */
  body?: "code";
  /** The TypeScript type of its value, in names that every cell has; any when absent. */
  valueType?: string;
}

export interface MagicParamSummary {
  name: string;
  kind: "positional" | "option" | "flag";
  help: string;
  /** `-n` of an option or flag, without its sign. */
  short?: string;
  /** The rest of the line belongs to it as it stands: any text, or TypeScript. */
  rest?: "line" | "code";
  /** It takes all values by place that remain, not only one. */
  takesMany?: boolean;
  /** The value is the name of a magic. */
  namesMagic?: boolean;
  /** The value names a variable that the magic makes. */
  makesVariable?: boolean;
  choices?: string[];
  /** Offered like choices, and not all that may stand there. */
  suggestions?: string[];
  /** The value names a notebook variable whose TypeScript type has one of these names (`DStream`). */
  variableTypes?: string[];
  /** The value names a field of the records that the variable holds which the parameter of this name is given. */
  fieldsOf?: string;
}

/** Given to the worker once, as workerData. */
export interface LanguageOptions {
  /** The notebook's folder: where packages, relative imports and tsconfig.json are looked up. */
  cwd: string;
  /** Declaration files of the globals every cell has, absolute paths. */
  globals: string[];
  /** Module specifiers answered by a declaration file of ours, absolute paths: `{"millrace": ".../index.d.ts"}`. */
  modules: Record<string, string>;
  magics: MagicSummary[];
}

export interface Completion {
  text: string;
  /** `const`, `function`, `method`, `property`, `class`, `keyword`, `magic`, `module`, … as JupyterLab shows it. */
  type: string;
  /** One-line type signature, empty when unknown. */
  signature: string;
}

export interface CompleteReply {
  matches: Completion[];
  start: number;
  end: number;
}

export interface InspectReply {
  found: boolean;
  /** Markdown and plain text; both empty when not found. */
  markdown: string;
  text: string;
  /** Set: it is a variable of the notebook, whose value could be shown. */
  variable?: string;
}

export type IsCompleteReply =
  | { status: "complete" | "invalid" | "unknown" }
  | { status: "incomplete"; indent: string };

/** A type error in a cell. */
export interface TypeProblem {
  /** Both from 1; columns are UTF-16 units. */
  line: number;
  column: number;
  /** UTF-16 units that are underlined; may go beyond the line. */
  length: number;
  /** TypeScript's number of it: 2345 is TS2345. */
  code: number;
  /** One line, or several where the reason has reasons. */
  message: string;
}

/** Whether cells are type-checked: not at all, beside their run, or before it. */
export type TypeCheckMode = "off" | "warn" | "strict";

export interface BeginReply {
  problems: TypeProblem[];
}

export type ToLanguage =
  | { id: number; type: "complete"; code: string; cursor: number }
  | { id: number; type: "inspect"; code: string; cursor: number; detail: 0 | 1 }
  | { id: number; type: "isComplete"; code: string }
  /**
   * A cell begins to run: its declarations are visible from now on. The reply has its type errors, none with `off`.
   * `over`: it has ended meanwhile, and was compiled; no `end` follows.
   */
  | { id: number; type: "begin"; code: string; check: TypeCheckMode; over: boolean }
  /** The cell that has begun is over. Not `compiled`: its declarations do not hold. No reply. */
  | { type: "end"; compiled: boolean }
  /** A cell was run: its declarations are visible to cells after it. No reply. */
  | { type: "executed"; code: string }
  /** Magics that were loaded into the notebook, all of them: those told before are forgotten. No reply. */
  | { type: "magics"; magics: MagicSummary[] }
  /** The variables of all cells are gone. No reply. */
  | { type: "forget" };

export type FromLanguage =
  | { id: number; reply: CompleteReply | InspectReply | IsCompleteReply | BeginReply }
  | { id: number; error: string };
