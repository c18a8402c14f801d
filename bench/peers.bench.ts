import type { Benchmark, BenchmarkResult } from "./benchmark.js";
import { inTurn, type Measured } from "./measure.js";
import { CONVERSATIONS } from "./peers/conversations.js";
import { type Recovery, recoveries } from "./peers/interrupts.js";
import { type Peer, RunningPeer } from "./peers/peer.js";
import { findPeers } from "./peers/peers.js";

const STARTS = 5;
const ROUND_TRIPS = 100;

/** What four kernels do in the same conversation. */
const peers: Benchmark = {
  name: "peers",
  summary:
    "Millrace beside ipykernel 7, Deno 2.9 and tslab 1.0, all driven over tcp by the same client; code in the kernel's own language (bench/peers has it). " +
    `Times: medians of ${STARTS} starts and ${ROUND_TRIPS} cells, in turn. An interrupt's time is until the cell was answered and the next cell had shown a variable of before; signals go to the kernel's process group, as Jupyter sends them. — means no answer within 5 s`,
  async run(): Promise<BenchmarkResult> {
    const all = await findPeers();
    const starts = await inTurn(all.map(starting), STARTS, 1);
    const cells = await roundTrips(all);
    const conversations: string[][] = [];
    const interrupts: Recovery[][] = [];
    for (const peer of all) {
      conversations.push(await converse(peer));
      interrupts.push(await recoveries(peer));
    }
    return {
      columns: ["", ...all.map(({ name }) => name)],
      rows: [
        ["start to kernel_info_reply", ...starts.map(inMs)],
        ["`1+1`, request to idle", ...cells.map(inMs)],
        ...CONVERSATIONS.map(({ what }, i) => [what, ...conversations.map((row) => row[i] ?? "—")]),
        ...(interrupts[0] ?? []).map(({ what }, i) => [
          `interrupted: ${what}`,
          ...interrupts.map((row) => recovered(row[i])),
        ]),
      ],
      data: { starts, cells, interrupts },
    };
  },
};

export default peers;

function starting(peer: Peer) {
  let running: RunningPeer | undefined;
  return {
    name: peer.name,
    run: async () => {
      running = await RunningPeer.start(peer);
      return 1;
    },
    after: async () => running?.dispose(),
  };
}

async function roundTrips(all: Peer[]): Promise<Measured[]> {
  const running = await Promise.all(all.map((peer) => RunningPeer.start(peer)));
  try {
    const contenders = running.map((one) => ({
      name: one.peer.name,
      run: () => one.run("1+1").then(() => 1),
    }));
    return await inTurn(contenders, ROUND_TRIPS, 5);
  } finally {
    await Promise.all(running.map((one) => one.dispose()));
  }
}

/** Each conversation with a kernel that has not been asked anything else, since some do not recover. */
async function converse(peer: Peer): Promise<string[]> {
  const results: string[] = [];
  for (const { measure } of CONVERSATIONS) {
    const running = await RunningPeer.start(peer);
    try {
      results.push(await measure(running).catch(noAnswer));
    } finally {
      await running.dispose();
    }
  }
  return results;
}

function noAnswer(error: Error): string {
  console.error(error.message);
  return "—";
}

function inMs({ medianMs }: Measured): string {
  return `${medianMs.toFixed(medianMs < 100 ? 1 : 0)} ms`;
}

function recovered(recovery: Recovery | undefined): string {
  const outcome = recovery?.outcome ?? "—";
  return typeof outcome === "number" ? `${outcome.toFixed(0)} ms` : outcome;
}
