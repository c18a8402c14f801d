import { hasState } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";
import type { ActionResult } from "./action.js";
import { explain } from "./failure.js";
import type { JobRunner } from "./job-runner.js";
import type { Peeked } from "./peeked.js";

interface Peek {
  stream: StreamNode;
  limit: number;
  tag: unknown;
  batches: Peeked["batches"];
  /** Rows of the batches so far. */
  rows: number;
  /** The batches before have given their rows. */
  turn: Promise<void>;
  resolve(peeked: Peeked): void;
  reject(error: Error): void;
}

interface PeeksOptions {
  runner: JobRunner;
  /** The RDD of a stream for a batch that is done. */
  rddAt(stream: StreamNode, timeMs: number): RddNode | undefined;
  /** The streams that are looked at are others than they were. */
  changed(): void;
}

/**
 * Looks at rows as they pass, beside the batches: what fails is told to who looks and to nobody else, and a batch does not wait
 * for it. A stream that no output reads runs as long as it is looked at.
 */
export class Peeks {
  readonly #peeks = new Map<number, Peek>();

  constructor(private readonly options: PeeksOptions) {}

  /** The streams that are looked at. */
  get streams(): StreamNode[] {
    return [...this.#peeks.values()].map(({ stream }) => stream);
  }

  /**
   * Resolves with the next `limit` rows of a stream, or with those that passed until it was ended.
   * @param known the streams that run in any case
   * @throws StreamError RT_PEEK_STATE when it would have to keep a state, or to call the program, for this look alone
   */
  async begin(
    id: number,
    { stream, limit, tag }: Pick<Peek, "stream" | "limit" | "tag">,
    known: (stream: StreamNode) => boolean,
  ): Promise<Peeked> {
    checkLight(stream, known);
    return new Promise((resolve, reject) => {
      this.#peeks.set(id, {
        stream,
        limit,
        tag,
        batches: [],
        rows: 0,
        turn: Promise.resolve(),
        resolve,
        reject,
      });
      this.options.changed();
    });
  }

  end(id: number, end: Peeked["end"] = "enough"): void {
    const peek = this.#peeks.get(id);
    if (peek === undefined) return;
    this.#peeks.delete(id);
    this.options.changed();
    void peek.turn.then(() => peek.resolve({ batches: peek.batches, end }));
  }

  endAll(): void {
    for (const id of [...this.#peeks.keys()]) this.end(id, "stopped");
  }

  /** To be called before anything of the batch is let go. */
  batchDone(timeMs: number): void {
    for (const [id, peek] of this.#peeks) {
      const rdd = this.options.rddAt(peek.stream, timeMs);
      if (rdd !== undefined) this.#look(id, peek, timeMs, rdd);
    }
  }

  /** The job begins at once, and holds what it reads; its rows count in their turn. */
  #look(id: number, peek: Peek, timeMs: number, rdd: RddNode): void {
    const { runner } = this.options;
    const limit = peek.limit - peek.rows;
    const result = runner.run(rdd, { kind: "take", limit }, runner.newJob(peek.tag));
    const taken = peek.turn.then(async () => {
      const rows = rowsOf(await result).slice(0, peek.limit - peek.rows);
      peek.batches.push({ timeMs, rows });
      peek.rows += rows.length;
      if (peek.rows >= peek.limit) this.end(id, "full");
    });
    peek.turn = taken.catch((error: unknown) => {
      this.#peeks.delete(id);
      this.options.changed();
      peek.reject(explain(error));
    });
  }
}

function checkLight(stream: StreamNode, known: (stream: StreamNode) => boolean): void {
  if (known(stream)) return;
  const keeps = hasState(stream.op);
  if (keeps || stream.op === "transform") {
    const why = keeps ? "keeps a state" : "calls the program for each batch";
    throw new StreamError(
      "RT_PEEK_STATE",
      `\`${stream.op}\` ${why}, and no output reads it: give it one, such as print(), to see what passes`,
    );
  }
  for (const parent of stream.parents) checkLight(parent, known);
}

function rowsOf(result: ActionResult): unknown[] {
  return "rows" in result ? result.rows : [];
}
