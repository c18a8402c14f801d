/** What worker threads print goes to the cell that started them, also when it is long over. */

import { syncBuiltinESMExports } from "node:module";
import workerThreads from "node:worker_threads";

/**
 * Node lets a worker print to what `process.stdout` and `process.stderr` are when the worker is made.
 * @param making calls its argument with those streams belonging to the calling cell
 */
export function giveWorkersTheirCell(making: <T>(make: () => T) => T): void {
  // A proxy, so that `instanceof` and static properties go on working.
  const Worker = new Proxy(workerThreads.Worker, {
    construct: (target, args, newTarget) => making((): object => Reflect.construct(target, args, newTarget)),
  });
  Object.defineProperty(workerThreads, "Worker", { value: Worker });
  syncBuiltinESMExports();
}
