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

/** The task at hand is over. Every close is called; the first error of one is thrown after that. */
export function endTask(): void {
  const errors: unknown[] = [];
  for (const close of [...open].reverse()) {
    open.delete(close);
    try {
      close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
