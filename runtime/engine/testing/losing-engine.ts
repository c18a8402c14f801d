import { openInlineEngine } from "../../context/inline-engine.js";
import { type SparkConf, SparkContext } from "../../context/spark-context.js";
import { inlineWorkers } from "../../pool/inline-worker.js";
import { defaultWorkerMemoryMb } from "../../pool/worker-memory.js";
import type { SpawnWorker } from "../../pool/worker-pool.js";

/**
 * For tests: a context whose tasks run in this thread, and whose workers are lost with what they hold, as threads are that die.
 * @param dies asked twice for each task: before its worker has got it, and when it is done and nobody knows that
 */
export function losingContext(conf: SparkConf, dies: () => boolean): SparkContext {
  const sc = new SparkContext({ ...conf, threads: false });
  const { workers = 1, localDir, spillBytes, stateBytes } = conf;
  const settings = { workers, memoryMb: defaultWorkerMemoryMb(workers), localDir, spillBytes, stateBytes };
  const open: OpenWire = (receive) => {
    const wire = openInlineEngine(settings, receive, (code, told) => losing(inlineWorkers(code, told), dies));
    return { ...wire, keepAlive: () => undefined };
  };
  // Programs cannot choose how their tasks are run, but with threads or without.
  (sc.engine as unknown as { openWire: OpenWire }).openWire = open;
  return sc;
}

type OpenWire = (receive: Parameters<typeof openInlineEngine>[1]) => object;

function losing(spawn: SpawnWorker, dies: () => boolean): SpawnWorker {
  return (place, cancellation, events) => {
    let isGone = false;
    const lose = () => {
      isGone = true;
      queueMicrotask(() => events.lost({ reason: "the test ended it", outOfMemory: false }));
    };
    const handle = spawn(place, cancellation, {
      ...events,
      message: (message) => {
        if (isGone) return;
        events.started();
        if ("task" in message && dies()) lose();
        else events.message(message);
      },
    });
    return {
      ...handle,
      post: (message, transfer) => {
        if (isGone) return;
        if (message.type === "task" && dies()) lose();
        else handle.post(message, transfer);
      },
      // A thread that dies removes none of its files, which others may be reading.
      terminate: async () => {
        if (!isGone) await handle.terminate();
      },
    };
  };
}
