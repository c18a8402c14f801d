import { StreamError } from "../stream-error.js";

/** Why a worker is gone. */
export interface WorkerLoss {
  /** After "worker thread 1 was lost: ". */
  reason: string;
  /** It held more than it may: to run its task again would end the same. */
  outOfMemory: boolean;
}

/** A task was with a worker that is gone. */
export class WorkerLost extends StreamError {
  constructor(
    readonly worker: number,
    readonly loss: WorkerLoss,
    /** False for a task that only waited there: it did not end its worker. */
    readonly begun: boolean,
  ) {
    super("RT_WORKER_LOST", `worker thread ${worker} was lost: ${loss.reason}`);
  }
}

/** A task was to read rows that its worker does not keep, or keeps no more. */
export class NotKept extends Error {
  constructor(
    readonly worker: number,
    readonly node: string,
    readonly partition: number,
  ) {
    super(`worker thread ${worker} keeps no rows of ${node}, partition ${partition}`);
  }
}
