import { partitionOperator } from "./narrow.js";

/** `glom()`: the records of each partition as one list, empty for an empty partition. */
export const glom = partitionOperator("glom", (loop) => {
  const all = loop.variable();
  loop.before(`${all} = [];`);
  loop.line(`${all}.push(${loop.row()});`);
  loop.restart(`[${all}]`);
});
