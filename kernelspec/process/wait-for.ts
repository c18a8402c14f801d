/** Waits for a fact that nothing announces, such as a file written by another process. */

const INTERVAL_MS = 25;

/**
 * The first defined value that `probe` returns.
 * @param what completes the sentence "waited N s for …" of the error after `deadlineMs`.
 */
export async function waitFor<T>(
  what: string | (() => string),
  probe: () => T | undefined | Promise<T | undefined>,
  deadlineMs: number,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > end)
      throw new Error(`waited ${deadlineMs / 1000} s for ${typeof what === "string" ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
