import { defineMagic } from "../../kernel/magic/define-magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { Duration } from "../../runtime/time/duration.js";
import { numbered } from "../view/numbered.js";
import type { StreamSession } from "./stream-session.js";

/** `%configure --workers 2 --batch 500ms`: what `sc` and `ssc` will be made with. */
export const configure = defineMagic({
  name: "configure",
  kinds: ["line"],
  summary:
    "Sets what the notebook's sc and ssc are made with, before their first use; without options, shows it.",
  params: [
    { kind: "option", name: "workers", short: "w", type: "integer", min: 1, max: 1024, help: "task threads" },
    { kind: "option", name: "memory", short: "m", help: "heap of each task thread, such as 512m or 2g" },
    {
      kind: "option",
      name: "batch",
      short: "b",
      type: "duration",
      min: 1,
      help: "interval of the batches of ssc",
    },
  ],
  examples: ["%configure --workers 2 --memory 1g --batch 500ms", "%configure"],
  run({ args }, host, session: StreamSession) {
    const { workers, batch: batchMs } = args;
    const workerMemoryMb = args.memory === undefined ? undefined : megabytes(args.memory);
    if (workers === undefined && workerMemoryMb === undefined && batchMs === undefined) {
      host.print(described(session));
      return;
    }
    session.configure({
      ...(workers !== undefined && { workers }),
      ...(workerMemoryMb !== undefined && { workerMemoryMb }),
      ...(batchMs !== undefined && { batchMs }),
    });
  },
});

function described({ settings }: StreamSession): string {
  const { workers, workerMemoryMb, batchMs, isMade } = settings;
  const threads = numbered(workers, "worker thread", "worker threads");
  const heap = `${workerMemoryMb.toLocaleString("en-US")} MB of heap${workers === 1 ? "" : " each"}`;
  const when = isMade ? "" : "; they are made so on their first use";
  return `sc: ${threads} with ${heap}; ssc: a batch every ${new Duration(batchMs)}${when}`;
}

const MEGABYTES: Readonly<Record<string, number>> = { k: 1 / 1024, m: 1, g: 1024 };

/** Spark's way to write it: a number and a unit. */
function megabytes(written: string): number {
  const { amount, unit = "m" } = /^(?<amount>\d+)(?<unit>[kmg])b?$/i.exec(written)?.groups ?? {};
  if (amount === undefined)
    throw new MagicUsageError(`%configure: --memory takes a size such as 512m or 2g, not "${written}"`);
  return Number(amount) * (MEGABYTES[unit.toLowerCase()] ?? 1);
}
