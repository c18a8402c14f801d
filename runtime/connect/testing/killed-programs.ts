import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 100;

/** With nothing new to see for so long a program has stopped. */
const PATIENCE_MS = 120_000;

/** Kills a program that is to run until then. @throws Error when it has ended by itself */
export async function kill(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null)
    throw new Error(`the program ended by itself, with status ${program.exitCode}`);
  const ended = once(program, "exit");
  program.kill("SIGKILL");
  await ended;
}

/**
 * Waits until what a program has written is `goal` by some measure. A busy machine may take as long as it likes while the measure grows.
 * @throws Error when it has not grown for {@link PATIENCE_MS}
 */
export async function untilWritten(measure: () => Promise<number>, goal: number): Promise<void> {
  let most = Number.NEGATIVE_INFINITY;
  let end = 0;
  for (;;) {
    const now = await measure();
    if (now >= goal) return;
    if (now > most) {
      most = now;
      end = performance.now() + PATIENCE_MS;
    }
    if (performance.now() > end)
      throw new Error(`the program has written nothing for ${PATIENCE_MS / 1000} s: ${most} of ${goal}`);
    await sleep(LOOK_MS);
  }
}
