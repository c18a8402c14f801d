/** What the task at hand of this thread has open, in the order in which it was opened. */
const open = new Set<() => void>();

/**
 * Has `close` called when the task at hand is over, however it ends: a function may leave its records before the last
 * one, and nobody else would close what they come from.
 * @returns closes it now; further calls do nothing
 */
export function atTaskEnd(close: () => void): () => void {
  open.add(close);
  return () => {
    if (open.delete(close)) close();
  };
}

/** The task at hand is over: every close is called, the last opened first. @returns what they threw */
export function endTask(): unknown[] {
  return [...open].reverse().flatMap((close) => {
    if (!open.delete(close)) return []; // by one before it
    try {
      close();
      return [];
    } catch (error) {
      return [error];
    }
  });
}
