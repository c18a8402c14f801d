import { type ClosureHost, PLAIN_PROGRAM } from "../closure/closure-host.js";

/** What a context must know of the program it is used in. A notebook gives its own; see {@link PLAIN_HOST}. */
export interface ProgramHost extends ClosureHost {
  /** Attached to each output declared now; comes back with what the output gives. In a notebook, the cell. */
  tag(): unknown;
  /** Aborted when whoever waits for an action now gives up. */
  signal(): AbortSignal | undefined;
  /** Name of the variable that holds this stream; undefined when none does. */
  nameOf(stream: object): string | undefined;
  /** A context ended by an error that nobody awaits; `tag` is that of the output it happened in, if in one. */
  streamFailed(error: Error, tag: unknown): void;
  /** Tells of something that is not wrong and was hardly meant, in one sentence. */
  warn(message: string): void;
  /** Each StreamingContext that is made. */
  contextMade(context: object): void;
  /** Program of the engine thread; undefined for the library's own. */
  readonly engineEntry: URL | undefined;
}

/** A host of the contexts made after it was set; a notebook sets its own before the first cell. */
export function setProgramHost(host: ProgramHost): void {
  current = host;
}

/** The host of contexts made now. */
export function programHost(): ProgramHost {
  return current;
}

/** A plain Node program: a stream that fails unawaited is told on stderr. */
export const PLAIN_HOST: ProgramHost = {
  ...PLAIN_PROGRAM,
  tag: () => null,
  signal: () => undefined,
  nameOf: () => undefined,
  streamFailed: (error) => console.error(error),
  warn: (message) => process.emitWarning(message),
  contextMade: () => undefined,
  engineEntry: undefined,
};

let current: ProgramHost = PLAIN_HOST;
