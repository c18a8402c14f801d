import { narrowOperator } from "./narrow.js";
import type { Operator } from "./operator.js";

/** Of which side a key must be for its pairs to appear. */
interface Needed {
  left: boolean;
  right: boolean;
}

/** `join(other)`: for each key of both, each pair of their values. Takes the groups of a cogroup, as all joins do. */
export const join = joinOperator("join", { left: true, right: true });

/** `leftOuterJoin(other)`: a left value without a right one stands beside `undefined`. */
export const leftOuterJoin = joinOperator("leftOuterJoin", { left: true, right: false });

/** `rightOuterJoin(other)`: a right value without a left one stands beside `undefined`. */
export const rightOuterJoin = joinOperator("rightOuterJoin", { left: false, right: true });

/** `fullOuterJoin(other)`: both. */
export const fullOuterJoin = joinOperator("fullOuterJoin", { left: false, right: false });

function joinOperator(name: string, needed: Needed): Operator {
  return narrowOperator(name, (loop) => {
    const { key, value: groups } = loop.pair();
    // A side that is not needed is there once, as undefined, when it has no value.
    const side = (index: 0 | 1, isNeeded: boolean) =>
      isNeeded
        ? `${groups}[${index}]`
        : `(${groups}[${index}].length === 0 ? [undefined] : ${groups}[${index}])`;
    loop.forEach(side(0, needed.left));
    const left = loop.row();
    loop.forEach(side(1, needed.right));
    loop.setPair(key, `[${left}, ${loop.row()}]`);
  });
}
