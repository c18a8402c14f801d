import { callMagic } from "../../kernel/magic/call.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";
import { LIVE_MIME, type LiveBundle } from "../../kernel/port/live.js";
import { tablesText } from "../../kernel/port/table-fallback.js";
import { PLAIN_HOST } from "../../runtime/context/program-host.js";
import type { SparkContext } from "../../runtime/context/spark-context.js";
import type { StreamingContext } from "../../runtime/context/streaming-context.js";
import { StreamSession } from "../session/stream-session.js";
import { PROGRAM_MAGICS } from "../table.js";
import type { Magics } from "./magics.js";

/** The cell that all of a program is to its magics. */
const PROGRAM = { id: "program", number: 0, key: "program" };

/** The streams of a program that was a notebook, and its magics. */
export class ScriptSession {
  /** What was given to a magic by name, as `{ counts }`. */
  readonly #named = new Map<string, unknown>();
  readonly #aborts = new AbortController();
  readonly #pending = new Set<Promise<void>>();
  readonly #session: StreamSession = new StreamSession(
    {
      current: () => ({ ...PROGRAM, signal: this.#aborts.signal }),
      lookup: (name) => this.#lookup(name),
      variables: () => [...this.#named.keys()],
    },
    (contextMade) => ({ ...PLAIN_HOST, contextMade, nameOf: (stream) => this.#nameOf(stream) }),
  );

  get sc(): SparkContext {
    return this.#session.sc;
  }

  get ssc(): StreamingContext {
    return this.#session.ssc;
  }

  /** One function per magic of the table. */
  get magics(): Magics {
    const functions = Object.entries(PROGRAM_MAGICS).map(([name, magic]) => [
      name,
      (...values: unknown[]) =>
        callMagic(magic, values, this.#host, this.#session, (key, value) => this.#named.set(key, value)),
    ]);
    return Object.fromEntries(functions);
  }

  /** Writes the text of a bundle to stdout: tables as they are now; a chart that a front end would draw is named. */
  readonly print = (data: MimeBundle): void => {
    const live = data[LIVE_MIME];
    const text = live === undefined ? data["text/plain"] : liveText(live as LiveBundle);
    if (typeof text === "string") process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  };

  /** A display that is still being made; {@link awaitStreams} waits for it. */
  readonly pending = (display: Promise<void>): void => {
    this.#pending.add(display);
  };

  /** Resolves when nothing is left to be shown and no stream is active. Rejects as awaitTermination does. */
  async awaitStreams(): Promise<void> {
    await Promise.all(this.#pending);
    const active = this.#session.contexts.filter((context) => context.getState() === "ACTIVE");
    await Promise.all(active.map((context) => context.awaitTermination()));
  }

  /** Ends all threads and sockets. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** As in a notebook, where a context that a cell declares is the one its magics act on: the last one made. */
  #lookup(name: string): unknown {
    return name === "ssc" ? this.#session.contexts.at(-1) : this.#named.get(name);
  }

  #nameOf(stream: object): string | undefined {
    return [...this.#named].find(([, value]) => value === stream)?.[0];
  }

  readonly #host: MagicHost = {
    cell: PROGRAM.id,
    print: (text) => this.print({ "text/plain": text }),
    write: (name, text) => void process[name].write(text),
    show: (bundle) => this.print(bundle),
    lookup: (name) => this.#lookup(name),
    variables: () => [...this.#named.keys()],
    magics: Object.values(PROGRAM_MAGICS),
    // ts-node checks all of a program before it runs.
    typeCheck: () => undefined,
    runFile: (file) => Promise.reject(new Error(`%run ${file} is for notebooks: a program imports the file`)),
    signal: this.#aborts.signal,
    get notebook(): never {
      throw new Error("this magic is about the notebook it stands in, and a program is none");
    },
  };
}

function liveText({ tables = [], rows, status }: LiveBundle): string {
  if (tables.length === 0) return "[a live chart: it is drawn in notebooks]";
  const filled = tables.map((table) => ({ ...table, rows: rows.filter((row) => row.table === table.name) }));
  const shown = filled.filter((table) => table.rows.length > 0);
  return `${tablesText(shown)}\n\n${[status.state, status.reason, status.text].filter(Boolean).join(" · ")}`;
}
