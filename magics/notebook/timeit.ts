import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { TimeitResult } from "./timeit-result.js";

/** A run of as many loops is long enough when it takes so long. */
const LONG_ENOUGH_MS = 200;
const MAX_LOOPS = 1e9;

/** `%timeit expression`: as in IPython, loops and runs are chosen by the code's own speed. */
export const timeit = defineMagic({
  name: "timeit",
  kinds: ["line", "cell"],
  summary: "Measures how long code takes, in many loops; its variables are its own. What it awaits counts.",
  params: [
    {
      kind: "option",
      name: "loops",
      short: "n",
      type: "integer",
      min: 1,
      max: MAX_LOOPS,
      help: "loops a run; default: as many powers of ten as take a fifth of a second",
    },
    {
      kind: "option",
      name: "repeat",
      short: "r",
      type: "integer",
      min: 1,
      max: 10_000,
      default: 7,
      help: "runs",
    },
    {
      kind: "positional",
      name: "code",
      type: "code",
      help: "code to measure; of %%timeit, what runs once before each run and is not measured",
    },
  ],
  body: "code",
  examples: [
    "%timeit rows.map(parse)",
    "const t = %timeit -n 100 -r 5 f()",
    "%%timeit const rows = load()\nrows.sort()",
  ],
  async run({ args, body }, host) {
    const code = body ?? args.code;
    if (code === undefined || code.trim() === "")
      throw new MagicUsageError("%timeit: there is no code to measure (%timeit -h shows its use)");
    const loop = await makeLoop(code, body === undefined ? "" : (args.code ?? ""), host);
    const loops = args.loops ?? (await enoughLoops(loop));
    const perLoopMs: number[] = [];
    for (let run = 0; run < args.repeat; run++) perLoopMs.push((await loop(loops)) / loops);
    return new TimeitResult(loops, perLoopMs);
  },
});

/** Runs the code so often and returns how long that took, in ms. */
type Loop = (loops: number) => number | Promise<number>;

async function enoughLoops(loop: Loop): Promise<number> {
  let loops = 1;
  while (loops < MAX_LOOPS && (await loop(loops)) < LONG_ENOUGH_MS) loops *= 10;
  return loops;
}

/** An expression is measured with its value kept, so that nothing can be left out for its sake; a promise is awaited. */
async function makeLoop(code: string, setup: string, host: MagicHost): Promise<Loop> {
  const isAsync = /\bawait\b/.test(`${setup} ${code}`);
  const expression = await compiled(loopText(`${KEPT} = (${code}\n)`, setup, isAsync), host);
  if (expression === undefined) {
    const statements = await host.notebook.evaluate(loopText(`{${code}\n}`, setup, isAsync));
    return timed(statements, host.signal);
  }
  const { kept } = await (expression as CompiledLoop)(1, now, host.signal);
  if (isAsync || !isThenable(kept)) return timed(expression, host.signal);
  await kept;
  const awaiting = await host.notebook.evaluate(loopText(`${KEPT} = await (${code}\n)`, setup, true));
  return timed(awaiting, host.signal);
}

type CompiledLoop = (loops: number, now: () => number, signal: AbortSignal) => Measured | Promise<Measured>;
interface Measured {
  elapsedMs: number;
  kept: unknown;
}

const now = (): number => performance.now();

/** @param signal aborted by an interrupt: no run begins after it */
function timed(loop: unknown, signal: AbortSignal): Loop {
  return (loops) => {
    signal.throwIfAborted();
    const measured = (loop as CompiledLoop)(loops, now, signal);
    return measured instanceof Promise ? measured.then(({ elapsedMs }) => elapsedMs) : measured.elapsedMs;
  };
}

/** Names that code of a cell will not have. */
const [KEPT, LOOPS, NOW, SIGNAL, LEFT, START] = [
  "$kept$",
  "$loops$",
  "$now$",
  "$signal$",
  "$left$",
  "$start$",
];

/**
 * A function of the cell's language: it has the loop guards of all code, and so can be interrupted. While it awaits it holds no
 * thread that could be, and looks at the signal itself.
 */
function loopText(body: string, setup: string, isAsync: boolean): string {
  const goesOn = isAsync ? `${LEFT} > 0 && !${SIGNAL}.aborted` : `${LEFT} > 0`;
  return `(${isAsync ? "async " : ""}(${LOOPS}: number, ${NOW}: () => number, ${SIGNAL}: AbortSignal) => {
let ${KEPT}: unknown;
${setup}
const ${START} = ${NOW}();
for (let ${LEFT} = ${LOOPS}; ${goesOn}; ${LEFT}--) ${body}
return { elapsedMs: ${NOW}() - ${START}, kept: ${KEPT} };
})`;
}

/** Undefined when the text is no code. */
async function compiled(text: string, host: MagicHost): Promise<unknown> {
  try {
    return await host.notebook.evaluate(text);
  } catch (error) {
    if (error instanceof Error && error.name === "SyntaxError") return undefined;
    throw error;
  }
}

function isThenable(value: unknown): boolean {
  return value instanceof Promise;
}
