import { narrowOperator } from "./narrow.js";

/** `values()`: the value of each pair. */
export const values = narrowOperator("values", (loop) => loop.setRow(loop.pair().value));
