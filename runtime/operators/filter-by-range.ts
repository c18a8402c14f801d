import { narrowOperator } from "./narrow.js";

export interface RangeOfKeys {
  lower: unknown;
  upper: unknown;
}

/** `filterByRange(lower, upper)`: the pairs whose key is not before the one and not after the other. */
export const filterByRange = narrowOperator(
  "filterByRange",
  (loop) => {
    const range = loop.variable();
    const { key } = loop.pair();
    loop.before(`${range} = ${loop.argument()};`);
    loop.line(`if (library.compareRows(${key}, ${range}.lower) < 0) continue;`);
    loop.line(`if (library.compareRows(${key}, ${range}.upper) > 0) continue;`);
  },
  { argument: (node) => node.params },
);
