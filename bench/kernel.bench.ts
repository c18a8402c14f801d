import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FrontEnd } from "../kernel/testing/front-end.js";
import { KernelProcess } from "../kernel/testing/kernel-process.js";
import { ensureJupyter } from "../kernelspec/jupyter/own-environment.js";
import type { Benchmark, BenchmarkResult } from "./benchmark.js";
import { type Contender, inTurn, type Measured } from "./measure.js";

const STARTS = 9;
const ROUND_TRIPS = 200;
const WARMUPS = 3;

/** Start-up and the shortest cell, in turn with ipykernel. */
const kernel: Benchmark = {
  name: "kernel",
  summary: `The kernel beside ipykernel: process start to the first kernel_info_reply (${STARTS} starts), and \`1+1\` from execute_request to idle (${ROUND_TRIPS} cells)`,
  async run(): Promise<BenchmarkResult> {
    const { jupyter } = await ensureJupyter(console.error);
    const kernels: [name: string, command: string[]][] = [
      ["ipykernel", [join(dirname(jupyter), "python"), "-m", "ipykernel_launcher", "-f"]],
      ["Millrace", [process.execPath, fileURLToPath(new URL("../dist/front.js", import.meta.url))]],
    ];
    const starts = await inTurn(kernels.map(starting), STARTS, 1);
    const roundTrips = await measureRoundTrips(kernels);
    return {
      rows: [
        ...compared("start to kernel_info_reply", starts),
        ...compared("`1+1`, request to idle", roundTrips),
      ],
      data: { starts, roundTrips },
    };
  },
};

export default kernel;

/** Starting a kernel until it has answered once; ending it is not timed. */
function starting([name, command]: [string, string[]]): Contender {
  let kernel: KernelProcess | undefined;
  return {
    name,
    run: async () => {
      kernel = await start(command);
      await kernelInfo(await kernel.connect());
      return 1;
    },
    after: async () => kernel?.dispose(),
  };
}

/** As Jupyter starts it: ipykernel watches the parent it is told of. */
function start(command: string[]): Promise<KernelProcess> {
  return KernelProcess.start({ command, env: { JPY_PARENT_PID: String(process.pid) } });
}

async function kernelInfo(client: FrontEnd): Promise<void> {
  await client.request("control", "kernel_info_request", {}).finish();
}

async function measureRoundTrips(kernels: [string, string[]][]): Promise<Measured[]> {
  const running = await Promise.all(kernels.map(([, command]) => start(command)));
  try {
    const clients = await Promise.all(running.map((one) => one.connect()));
    const contenders = kernels.map(([name], i) => ({
      name,
      run: async () => {
        await clients[i]?.execute("1+1").finish();
        return 1;
      },
    }));
    return await inTurn(contenders, ROUND_TRIPS, WARMUPS);
  } finally {
    await Promise.all(running.map((one) => one.dispose()));
  }
}

function compared(what: string, [yardstick, ours]: Measured[]): BenchmarkResult["rows"] {
  if (yardstick === undefined || ours === undefined) throw new Error("nothing was measured");
  const ratio = `${(ours.medianMs / yardstick.medianMs).toFixed(2)} × ${yardstick.name}`;
  return [
    { what: `${what}, ${yardstick.name}`, value: inMs(yardstick), ratio: "" },
    { what: `${what}, ${ours.name}`, value: inMs(ours), ratio },
  ];
}

function inMs({ medianMs }: Measured): string {
  return `${medianMs.toFixed(medianMs < 100 ? 1 : 0)} ms`;
}
