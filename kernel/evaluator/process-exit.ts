/** What a cell ends with when it calls `process.exit()`. */
export class ProcessExit extends Error {
  override readonly name = "ProcessExit";

  constructor(code: number | string | null | undefined) {
    super(`process.exit(${code ?? ""}) ends the cell, not the kernel; restart the kernel to end it`);
  }
}
