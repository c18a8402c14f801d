/** The one error of a value's own code that showing the value must not swallow. */

import { dataProperty } from "./data-property.js";

/** True for what an interrupted cell ends with. */
export function isInterrupt(error: unknown): boolean {
  return dataProperty(error, "name") === "KeyboardInterrupt";
}
