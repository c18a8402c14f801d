/** What charts cost on the kernel's side: CPU time of its processes, in shares of one core. */

import { LIVE_MIME, LIVE_TARGET } from "../../kernel/port/live.js";
import type { FrontEnd } from "../../kernel/testing/front-end.js";
import { KernelProcess } from "../../kernel/testing/kernel-process.js";
import { MILLRACE_KERNEL } from "../millrace-kernel.js";
import { treeCpuMs } from "../process-tree.js";

export interface KernelShare {
  /** Streams that run and are not drawn, in shares of a core. */
  undrawn: number;
  /** By number of charts of one stream, four changes a second each. */
  drawn: { charts: number; share: number }[];
}

const BATCH_MS = 250;
const CELLS = [
  `const ssc = new StreamingContext(sc, ${BATCH_MS});`,
  "const ticks = ssc.queueStream(Array.from({ length: 2000 }, (_, i) => [i]));",
  'const points = ticks.flatMap((i) => Array.from({ length: 200 }, (_, n) => ["key " + (n % 50), n + (i % 10)])).reduceByKey((a, b) => a + b);',
  // The same work without a chart.
  "points.foreachRDD(async (rdd) => { await rdd.count(); });",
  "%stream start",
];

/** @param seconds of each measurement */
export async function kernelShare(seconds: number): Promise<KernelShare> {
  const kernel = await KernelProcess.start({ command: MILLRACE_KERNEL });
  try {
    const client = await kernel.connect();
    for (const code of CELLS) await client.execute(code).finish();
    const share = async (): Promise<number> => {
      await pause(5000);
      const before = treeCpuMs(kernel.pid);
      await pause(seconds * 1000);
      return (treeCpuMs(kernel.pid) - before) / (seconds * 1000);
    };
    const undrawn = await share();
    const drawn: KernelShare["drawn"] = [];
    for (const charts of [1, 5]) {
      for (let i = drawn.at(-1)?.charts ?? 0; i < charts; i++) await watchedChart(client, i);
      drawn.push({ charts, share: await share() });
    }
    return { undrawn, drawn };
  } finally {
    await kernel.dispose();
  }
}

/** A chart that a page looks at: one that nobody looks at is drawn by the kernel. */
async function watchedChart(client: FrontEnd, index: number): Promise<void> {
  const { output } = await client.execute("%plot points --rate 4").finish();
  const bundles = output.map(({ content }) => (content.data as Record<string, unknown>)?.[LIVE_MIME]);
  const { display } = bundles.find((bundle) => bundle !== undefined) as { display: string };
  client.request("shell", "comm_open", { comm_id: `c${index}`, target_name: LIVE_TARGET, data: { display } });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
