import { narrowOperator, onlyFunction } from "./narrow.js";

/** `map(f)`: one record for each record. Of lines that are parsed as JSON, no more is parsed than is read. */
export const map = narrowOperator(
  "map",
  (loop, node, fieldsRead) => {
    const fields = node.functions[0]?.record?.kind === "json" ? fieldsRead() : undefined;
    if (fields !== undefined && loop.parseLines(fields)) return;
    loop.setRow(`${onlyFunction(loop, node)}(${loop.row()})`);
  },
  { record: "ends" },
);
