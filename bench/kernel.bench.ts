import { dirname, join } from "node:path";
import type { FrontEnd } from "../kernel/testing/front-end.js";
import { KernelProcess } from "../kernel/testing/kernel-process.js";
import type { JsonObject } from "../kernel/wire/fields.js";
import { ensureJupyter } from "../kernelspec/jupyter/own-environment.js";
import type { Benchmark, BenchmarkResult, BenchmarkRow } from "./benchmark.js";
import { type Contender, inTurn, type Measured, median } from "./measure.js";
import { MILLRACE_KERNEL } from "./millrace-kernel.js";
import { treeMemoryMiB } from "./process-tree.js";

const STARTS = 9;
const ROUND_TRIPS = 200;
const WARMUPS = 3;
const BUSY_REQUESTS = 50;
const MANY_CELLS = 500;

/** A kernel and how its language says what is measured. */
interface Subject {
  name: string;
  command: string[];
  /** A cell that declares names of its own. */
  declare(i: number): string;
  setUp: string;
  /** Names a member of what setUp made; the cursor is at its end. */
  member: string;
  /** Names a member of a literal. */
  literalMember: string;
  busyFor5s: string;
}

const TYPESCRIPT: Omit<Subject, "name" | "command"> = {
  declare: (i) => `const value${i}: number = ${i};\nfunction twice${i}(x: number) { return x * 2; }`,
  setUp: `const words = ["a", "b"];`,
  member: "words.le",
  literalMember: "[1].ma",
  busyFor5s: "{ const end = Date.now() + 5_000; while (Date.now() < end); }",
};

const PYTHON: Omit<Subject, "name" | "command"> = {
  declare: (i) => `value${i}: int = ${i}\ndef twice${i}(x: int): return x * 2`,
  setUp: `words = ["a", "b"]`,
  member: "words.co",
  literalMember: "[1].co",
  busyFor5s: "import time\nend = time.time() + 5\nwhile time.time() < end: pass",
};

/** The kernel's round trips, in turn with ipykernel's. */
const kernel: Benchmark = {
  name: "kernel",
  summary: `The kernel beside ipykernel: process start to the first kernel_info_reply, and to the first completion of a member (${STARTS} starts each), then ${ROUND_TRIPS} round trips each, from request to reply and idle; memory is the proportional set size of all processes of the kernel, idle, before the first stream`,
  async run(): Promise<BenchmarkResult> {
    const { jupyter } = await ensureJupyter(console.error);
    const python = join(dirname(jupyter), "python");
    const subjects: Subject[] = [
      { name: "ipykernel", command: [python, "-m", "ipykernel_launcher", "-f"], ...PYTHON },
      { name: "Millrace", command: MILLRACE_KERNEL, ...TYPESCRIPT },
    ];
    const starts = await inTurn(subjects.map(starting(kernelInfo)), STARTS, 1);
    const warmStarts = await inTurn(subjects.map(starting(firstCompletion)), STARTS, 1);
    const running = await Promise.all(subjects.map(Running.start));
    try {
      const data = await measure({ starts, warmStarts }, running);
      return { rows: rowsOf(data), data };
    } finally {
      await Promise.all(running.map((one) => one.dispose()));
    }
  },
};

export default kernel;

/** What needs kernels of their own. */
interface Starts {
  starts: Measured[];
  warmStarts: Measured[];
}

interface Measurements extends Starts {
  memory: { name: string; memoryMiB: number }[];
  cell: Measured[];
  declaration: Measured[];
  completion: Measured[];
  inspection: Measured[];
  busyCompletion: { name: string; medianMs: number | undefined }[];
  manyCells: ManyCells[];
}

interface ManyCells {
  name: string;
  firstMs: number;
  lastMs: number;
  grownMiB: number;
}

async function measure(starts: Starts, running: Running[]): Promise<Measurements> {
  const trips = (act: (one: Running, i: number) => Promise<unknown>) =>
    inTurn(
      running.map((one) => one.roundTrip(act)),
      ROUND_TRIPS,
      WARMUPS,
    );
  return {
    ...starts,
    memory: running.map((one) => ({ name: one.subject.name, memoryMiB: one.memoryMiB() })),
    cell: await trips((one) => one.execute("1+1")),
    declaration: await trips((one, i) => one.execute(one.subject.declare(i))),
    completion: await trips((one) => one.complete()),
    inspection: await trips((one) => one.inspect()),
    busyCompletion: await each(running, busyCompletion),
    manyCells: await each(running, manyCells),
  };
}

async function each<T>(running: Running[], measureOne: (one: Running) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const one of running) results.push(await measureOne(one));
  return results;
}

/** Completions while a cell holds the thread; undefined when the first one is answered after the cell. */
async function busyCompletion(one: Running): Promise<Measurements["busyCompletion"][number]> {
  const cell = one.execute(one.subject.busyFor5s);
  let ended = false;
  void cell.then(() => {
    ended = true;
  });
  const runsMs: number[] = [];
  while (!ended && runsMs.length < BUSY_REQUESTS) {
    const startedMs = performance.now();
    await one.complete();
    if (!ended) runsMs.push(performance.now() - startedMs);
  }
  await cell;
  return { name: one.subject.name, medianMs: runsMs.length === 0 ? undefined : median(runsMs) };
}

async function manyCells(one: Running): Promise<ManyCells> {
  const beforeMiB = one.memoryMiB();
  const runsMs: number[] = [];
  for (let i = 0; i < MANY_CELLS; i++) {
    const startedMs = performance.now();
    await one.execute(one.subject.declare(i));
    runsMs.push(performance.now() - startedMs);
  }
  return {
    name: one.subject.name,
    firstMs: median(runsMs.slice(0, 50)),
    lastMs: median(runsMs.slice(-50)),
    grownMiB: one.memoryMiB() - beforeMiB,
  };
}

/** A kernel that is up, with one client. */
class Running {
  private constructor(
    readonly subject: Subject,
    readonly process: KernelProcess,
    readonly client: FrontEnd,
  ) {}

  static async start(subject: Subject): Promise<Running> {
    const kernel = await start(subject.command);
    const one = new Running(subject, kernel, await kernel.connect());
    await one.execute(subject.setUp);
    // A first completion loads what completes: JupyterLab asks for one while the user types the first cell.
    await one.complete();
    return one;
  }

  execute(code: string): Promise<unknown> {
    return this.client.execute(code).finish();
  }

  async complete(): Promise<void> {
    await complete(this.subject, this.subject.member, this.client);
  }

  async inspect(): Promise<void> {
    const content = { code: "words", cursor_pos: 5, detail_level: 0 };
    const { reply } = await this.#ask("inspect_request", content);
    if (reply.found !== true) throw new Error(`${this.subject.name} finds nothing to inspect`);
  }

  roundTrip(act: (one: Running, i: number) => Promise<unknown>): Contender {
    let i = 0;
    return { name: this.subject.name, run: () => act(this, i++).then(() => 1) };
  }

  memoryMiB(): number {
    return treeMemoryMiB(this.process.pid);
  }

  dispose(): Promise<void> {
    return this.process.dispose();
  }

  #ask(type: string, content: JsonObject) {
    return this.client.request("shell", type, content).finish();
  }
}

type Ask = (subject: Subject, client: FrontEnd) => Promise<unknown>;

const kernelInfo: Ask = (_, client) => client.request("control", "kernel_info_request", {}).finish();

const firstCompletion: Ask = (subject, client) => complete(subject, subject.literalMember, client);

async function complete({ name }: Subject, code: string, client: FrontEnd): Promise<void> {
  const { reply } = await client
    .request("shell", "complete_request", { code, cursor_pos: code.length })
    .finish();
  if ((reply.matches as unknown[]).length === 0) throw new Error(`${name} completes nothing`);
}

/** Starting a kernel until it has answered once; ending it is not timed. */
function starting(ask: Ask): (subject: Subject) => Contender {
  return (subject) => {
    let kernel: KernelProcess | undefined;
    return {
      name: subject.name,
      run: async () => {
        kernel = await start(subject.command);
        await ask(subject, await kernel.connect());
        return 1;
      },
      after: async () => kernel?.dispose(),
    };
  };
}

/** As Jupyter starts it: ipykernel watches the parent it is told of. */
function start(command: string[]): Promise<KernelProcess> {
  return KernelProcess.start({ command, env: { JPY_PARENT_PID: String(process.pid) } });
}

function rowsOf(data: Measurements): BenchmarkRow[] {
  return [
    ...compared("start to kernel_info_reply", data.starts),
    ...compared("start to the first completion of a member", data.warmStarts),
    ...compared("`1+1`, request to idle", data.cell),
    ...compared("new declarations, request to idle", data.declaration),
    ...compared("completion of a member", data.completion),
    ...data.busyCompletion.map(({ name, medianMs }) => ({
      what: `completion while a cell computes, ${name}`,
      value: medianMs === undefined ? "after the cell" : inMs(medianMs),
      ratio: "",
    })),
    ...compared("inspection", data.inspection),
    ...data.manyCells.flatMap(rowsOfManyCells),
    ...comparedMemory(data.memory),
  ];
}

function rowsOfManyCells({ name, firstMs, lastMs, grownMiB }: ManyCells): BenchmarkRow[] {
  const ratio = `${(lastMs / firstMs).toFixed(2)} × the first 50`;
  return [
    { what: `the last 50 of ${MANY_CELLS} cells, ${name}`, value: inMs(lastMs), ratio },
    { what: `memory grown over ${MANY_CELLS} cells, ${name}`, value: inMiB(grownMiB), ratio: "" },
  ];
}

function compared(what: string, [yardstick, ours]: Measured[]): BenchmarkRow[] {
  if (yardstick === undefined || ours === undefined) throw new Error("nothing was measured");
  const ratio = `${(ours.medianMs / yardstick.medianMs).toFixed(2)} × ${yardstick.name}`;
  return [
    { what: `${what}, ${yardstick.name}`, value: inMs(yardstick.medianMs), ratio: "" },
    { what: `${what}, ${ours.name}`, value: inMs(ours.medianMs), ratio },
  ];
}

function comparedMemory([yardstick, ours]: Measurements["memory"]): BenchmarkRow[] {
  if (yardstick === undefined || ours === undefined) throw new Error("nothing was measured");
  const ratio = `${(ours.memoryMiB / yardstick.memoryMiB).toFixed(2)} × ${yardstick.name}`;
  return [
    { what: `memory, ${yardstick.name}`, value: inMiB(yardstick.memoryMiB), ratio: "" },
    { what: `memory, ${ours.name}`, value: inMiB(ours.memoryMiB), ratio },
  ];
}

function inMs(ms: number): string {
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}

function inMiB(mib: number): string {
  return `${mib.toFixed(0)} MiB`;
}
