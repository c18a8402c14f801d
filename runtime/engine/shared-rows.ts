import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode } from "../plan/stream-node.js";
import { type Top, top } from "../rows/largest.js";
import type { Counted } from "./action.js";

/** What an output that ranks pairs wants. */
type Wanted = Required<Top>;

/** The rows that charts of one stream show of a batch: they are computed once, as many as the chart that shows most wants. */
export class SharedRows {
  readonly #byRdd = new Map<string, Counted & { wanted: Wanted }>();

  /**
   * @param outputs of the batch that are yet to be run, this one among them
   * @param compute asks the tasks
   */
  async of(
    rdd: RddNode,
    output: OutputNode,
    outputs: readonly OutputNode[],
    compute: (wanted: Top) => Promise<Counted>,
  ): Promise<Counted> {
    const own = wantedBy(output);
    if (own === undefined) return compute(output.take);
    const known = this.#byRdd.get(rdd.id);
    if (known !== undefined && covers(known.wanted, own))
      return { rows: top(known.rows, own), count: known.count };
    const wanted = widest(outputs.filter(({ stream }) => stream.id === output.stream.id).map(wantedBy), own);
    const { rows, count } = await compute(wanted);
    this.#byRdd.set(rdd.id, { wanted, rows, count });
    return { rows: top(rows, own), count };
  }
}

function wantedBy({ take: { limit, pairs } }: OutputNode): Wanted | undefined {
  return pairs === undefined ? undefined : { limit, pairs };
}

function covers(known: Wanted, own: Wanted): boolean {
  return known.limit >= own.limit && known.pairs >= own.pairs;
}

function widest(all: readonly (Wanted | undefined)[], own: Wanted): Wanted {
  const most = (of: (wanted: Wanted) => number) => Math.max(...all.map((wanted) => of(wanted ?? own)));
  return { limit: most(({ limit }) => limit), pairs: most(({ pairs }) => pairs) };
}
