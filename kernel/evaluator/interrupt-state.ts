/**
 * What the cell thread and the control thread share about interrupts: five words of shared memory.
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

/** 1 while the cell thread stands still inside the code that is to be terminated. */
const HELD = 3;
/** 1 while the cell thread stands still until a child process has ended (`execSync`). */
const AWAITS_CHILD = 4;

export type InterruptState = Int32Array;

export function createInterruptState(): InterruptState {
  return new Int32Array(new SharedArrayBuffer(5 * Int32Array.BYTES_PER_ELEMENT));
}

/** Control thread: `count` bytes came. Raises the flag unless their messages were handled already. */
export function requestInterrupt(state: InterruptState, count: number): void {
  Atomics.add(state, REQUESTED, count);
  if (!isInterruptPending(state)) return;
  Atomics.store(state, FLAG, 1);
  // The message may have been handled between the question and the answer: then nobody else lowers the flag.
  if (!isInterruptPending(state)) Atomics.store(state, FLAG, 0);
}

/** Cell thread: one message came, so it stands still nowhere. Lowers the flag. */
export function acknowledgeInterrupt(state: InterruptState): void {
  childEnded(state);
  Atomics.add(state, ACKNOWLEDGED, 1);
  if (!isInterruptPending(state)) Atomics.store(state, FLAG, 0);
}

/** True while code of cells has to stop: what loop guards read. */
export function isInterruptRaised(state: InterruptState): boolean {
  return Atomics.load(state, FLAG) !== 0;
}

/** True while the cell thread has not handled an interrupt that the control thread knows of. */
export function isInterruptPending(state: InterruptState): boolean {
  return Atomics.load(state, REQUESTED) > Atomics.load(state, ACKNOWLEDGED);
}

/** Cell thread: stands still until {@link release}, or for at most `limitMs` should the control thread not come. */
export function holdStill(state: InterruptState, limitMs: number): void {
  Atomics.store(state, HELD, 1);
  const deadline = performance.now() + limitMs;
  // No Atomics.wait: what is to be terminated may itself be one, and V8 has room for one a thread.
  while (isHeld(state) && performance.now() < deadline);
  release(state);
}

export function isHeld(state: InterruptState): boolean {
  return Atomics.load(state, HELD) === 1;
}

/** Control thread: lets the cell thread go on. */
export function release(state: InterruptState): void {
  Atomics.store(state, HELD, 0);
}

/** Cell thread: it will stand still until a child process has ended. */
export function childAwaited(state: InterruptState): void {
  Atomics.store(state, AWAITS_CHILD, 1);
}

/** Cell thread: the child has ended, or the call was given up. */
export function childEnded(state: InterruptState): void {
  Atomics.store(state, AWAITS_CHILD, 0);
}

export function awaitsChild(state: InterruptState): boolean {
  return Atomics.load(state, AWAITS_CHILD) === 1;
}
