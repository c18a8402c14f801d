import type { RddNode } from "../plan/rdd-node.js";
import type { Loop } from "./loop.js";
import { narrowOperator } from "./narrow.js";

export interface SampleParams {
  seed: number;
  /** Records whose random number is at least `from` and less than `to` are in it. */
  from: number;
  to: number;
}

/** `sample(false, fraction)` and the parts of `randomSplit`: each record is in it or not, by a random number of its own. */
export const sample = narrowOperator(
  "sample",
  (loop) => {
    const told = loop.variable();
    const random = emitRandom(loop, told);
    const number = loop.temporary();
    loop.line(`${number} = ${random}.next();`);
    loop.line(`if (${number} < ${told}.from || ${number} >= ${told}.to) continue;`);
  },
  { argument: (node, partition) => ({ ...(node as RddNode<SampleParams>).params, partition }) },
);

export interface ReplacementParams {
  seed: number;
  fraction: number;
}

/** `sample(true, fraction)`: each record is in it as often as it happens to be, `fraction` times on average. */
export const sampleWithReplacement = narrowOperator(
  "sampleWithReplacement",
  (loop) => {
    const told = loop.variable();
    const random = emitRandom(loop, told);
    const record = loop.temporary();
    loop.line(`${record} = ${loop.row()};`);
    loop.forEach(`library.times(${random}.poisson(${told}.fraction))`);
    loop.setRow(record);
  },
  { argument: (node, partition) => ({ ...(node as RddNode<ReplacementParams>).params, partition }) },
);

/** Random numbers of this partition's own. @param told variable for what the task tells @returns their name in the loop */
export function emitRandom(loop: Loop, told: string): string {
  const random = loop.variable();
  loop.before(
    `${told} = ${loop.argument()}; ${random} = new library.Random(${told}.seed, ${told}.partition);`,
  );
  return random;
}
