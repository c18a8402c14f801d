/**
 * What a program needs that was a notebook: `import { notebook } from "millrace/notebook"`. `millrace export` writes such
 * programs; they are plain TypeScript, so that they can be written by hand as well. And what a plug-in needs that brings
 * magics of its own: {@link defineMagic}.
 */

import { createInterface } from "node:readline/promises";
import { createDisplay, isDisplayHandle } from "../../kernel/display/display-function.js";
import type { Display } from "../../kernel/display/display-types.js";
import { createProgress, type Progress } from "../../kernel/display/progress.js";
import { type Rendered, renderValue } from "../../kernel/display/render-value.js";
import type { SparkContext } from "../../runtime/context/spark-context.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { rddView } from "../view/rdd-view.js";
import type { Magics } from "./magics.js";
import { ScriptSession } from "./script-session.js";

export type { Display, DisplayHandle, DisplayOptions } from "../../kernel/display/display-types.js";
export {
  type ArgsOf,
  type DefinedMagic,
  defineMagic,
  type MagicDefinition,
} from "../../kernel/magic/define-magic.js";
export type {
  Flag,
  Magic,
  MagicArgs,
  MagicCall,
  MagicHost,
  Option,
  Param,
  ParamType,
  Positional,
} from "../../kernel/magic/magic.js";
export type {
  CapturedOutput,
  CapturedParts,
  NotebookAccess,
  Setting,
} from "../../kernel/magic/notebook-access.js";
export { MagicUsageError } from "../../kernel/magic/parse.js";
export type { MimeBundle } from "../../kernel/port/evaluator.js";
export type { ConnectionFacts, HistoryAccess, HistoryEntry } from "../../kernel/port/front-calls.js";
export type { TypeCheckMode } from "../../kernel/port/language.js";
export type { Magics } from "./magics.js";

/** What every cell of a notebook has, for a program; what is shown is written to stdout as text. */
export interface NotebookProgram {
  /** Made on first use, as in a notebook. */
  readonly sc: SparkContext;
  /** With batches of a second, made on first use. */
  readonly ssc: StreamingContext;
  readonly magics: Magics;
  readonly display: Display;
  readonly progress: Progress;
  /** Shows a value as the last expression of a cell is shown: awaited first, and undefined shows nothing. */
  show(value: unknown): Promise<void>;
  /** Asks for a line of text on the terminal. */
  input(prompt?: string): Promise<string>;
  prompt(message?: string, defaultValue?: string): Promise<string>;
  confirm(message?: string): Promise<boolean>;
}

/**
 * Runs what the cells of a notebook did. Streams that are still active at its end keep the program running until they
 * stop; then all threads and sockets are closed. An error is written to stderr and gives exit status 1.
 */
export async function notebook(cells: (program: NotebookProgram) => Promise<void>): Promise<void> {
  const session = new ScriptSession();
  try {
    await cells(program(session));
    await session.awaitStreams();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await session.close();
  }
}

function program(session: ScriptSession): NotebookProgram {
  const display = createDisplay({
    show: ({ data }) => session.print(data),
    pending: session.pending,
    view: (value) => rddView(value, "display", () => undefined),
  });
  const input = (prompt = ""): Promise<string> => ask(prompt);
  return {
    get sc() {
      return session.sc;
    },
    get ssc() {
      return session.ssc;
    },
    magics: session.magics,
    display,
    progress: createProgress((bundle) => display(bundle, { raw: true })),
    show: async (value) => session.print(await shown(await value)),
    input,
    prompt: async (message = "", defaultValue = "") => (await input(message)) || defaultValue,
    confirm: async (message = "") => /^\s*y/i.test(await input(`${message} [y/N] `)),
  };
}

async function shown(value: unknown): Promise<Rendered["data"]> {
  if (value === undefined || isDisplayHandle(value)) return {};
  return (await renderValue(rddView(value, "result", () => undefined))).data;
}

async function ask(prompt: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(prompt);
  } finally {
    terminal.close();
  }
}
