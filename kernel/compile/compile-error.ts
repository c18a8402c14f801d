/** A cell that cannot be compiled: the message, and where in the cell. */

import type { Position } from "./position.js";

export class CellSyntaxError extends Error {
  override readonly name = "SyntaxError";
  /** In the text of the cell as the user wrote it. */
  readonly at: Position;
  /** Characters to underline; 1 when only the start is known. */
  readonly length: number;

  constructor(message: string, at: Position, length = 1) {
    super(message);
    this.at = at;
    this.length = Math.max(1, length);
  }
}
