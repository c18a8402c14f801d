import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 100;

/** With nothing new to see for so long a program has stopped. */
const PATIENCE_MS = 60_000;

/** Kills a program that is to run until then. @throws Error when it has ended by itself */
export async function kill(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null)
    throw new Error(`the program ended by itself, with status ${program.exitCode}`);
  const ended = once(program, "exit");
  program.kill("SIGKILL");
  await ended;
}

/** Waits for what a program writes. @throws Error after a minute */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end)
      throw new Error(`the program has written nothing for ${PATIENCE_MS / 1000} s`);
    await sleep(LOOK_MS);
  }
}
