/** What a cell ends with when it is interrupted; Jupyter front ends know it by this name. */
export class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";

  constructor() {
    super("the cell was interrupted");
  }
}
