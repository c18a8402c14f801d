import { narrowOperator } from "./narrow.js";

/** `keys()`: the key of each pair. */
export const keys = narrowOperator("keys", (loop) => loop.setRow(loop.pair().key));
