/**
 * What the cell thread and the control thread share about interrupts: three words of shared memory.
 *
 * The front sends every interrupt twice: one byte to the control thread, one message to the cell thread. Either may
 * come first, so both are counted, and the flag is up only while a byte has come whose message has not.
 */

/** The word that loop guards read: not 0 while an interrupt waits to be noticed. */
const FLAG = 0;
/** Bytes the control thread has read. */
const REQUESTED = 1;
/** Messages the cell thread has handled. */
const ACKNOWLEDGED = 2;

export type InterruptState = Int32Array;

export function createInterruptState(): InterruptState {
  return new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
}

/** Control thread: `count` bytes came. Raises the flag unless their messages were handled already. */
export function requestInterrupt(state: InterruptState, count: number): void {
  Atomics.add(state, REQUESTED, count);
  if (!isInterruptPending(state)) return;
  Atomics.store(state, FLAG, 1);
  // The message may have been handled between the question and the answer: then nobody else lowers the flag.
  if (!isInterruptPending(state)) Atomics.store(state, FLAG, 0);
}

/** Cell thread: one message came. Lowers the flag. */
export function acknowledgeInterrupt(state: InterruptState): void {
  Atomics.add(state, ACKNOWLEDGED, 1);
  if (!isInterruptPending(state)) Atomics.store(state, FLAG, 0);
}

/** True while the cell thread has not handled an interrupt that the control thread knows of. */
export function isInterruptPending(state: InterruptState): boolean {
  return Atomics.load(state, REQUESTED) > Atomics.load(state, ACKNOWLEDGED);
}

/** How many interrupts the cell thread has handled: while this changes, it is not stuck. */
export function acknowledgedInterrupts(state: InterruptState): number {
  return Atomics.load(state, ACKNOWLEDGED);
}
