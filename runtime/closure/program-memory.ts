const ids = new WeakMap<ArrayBufferLike, number>();
let given = 0;

/**
 * Notes shared memory that the program made itself, and that a function of it captures as it is. Two of them are never
 * the same, however equal their bytes: what is written to one is not seen in the other.
 */
export function noteProgramMemory<M extends ArrayBufferLike>(memory: M): M {
  if (!ids.has(memory)) ids.set(memory, given++);
  return memory;
}

/** The number of memory of the program, in this thread; undefined for any other, like that of a copy: its bytes are all there is to it. */
export function programMemoryId(memory: ArrayBufferLike): number | undefined {
  return ids.get(memory);
}
