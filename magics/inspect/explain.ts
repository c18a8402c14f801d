import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { ColumnKind } from "../../kernel/port/table.js";
import type { DStream } from "../../runtime/context/dstream.js";
import { isShuffled } from "../../runtime/operators/table.js";
import type { StreamNode } from "../../runtime/plan/stream-node.js";
import { rowType } from "../../runtime/rows/row-type.js";
import { Duration } from "../../runtime/time/duration.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";
import { whyNotRunning } from "./not-started.js";

/** One stream of a lineage, as data. */
export interface ExplainedStep {
  stream: string;
  operator: string;
  /** Streams that it is made from. */
  from: string[];
  /** Steps of one stage run in one loop; a shuffle begins the next. */
  stage: number;
  /** Where its functions run. */
  runs: string;
  functions: string[];
  partitions: number | undefined;
  slideMs: number;
  windowMs: number | undefined;
  /** Rows of the last batch; undefined when it has none, or does not run. */
  rows: number | undefined;
  /** The type that its rows seem to have, by one of the last batch; empty when that has none. */
  type: string;
}

/** To count the rows of a step takes a job: of longer lineages the last steps are counted. */
const COUNTED_STEPS = 20;

/** `%explain counts`: how a stream is made. */
export const explain = defineMagic({
  name: "explain",
  kinds: ["line"],
  summary:
    "Shows how a stream is made: its lineage, stages, partitions, where its functions run, and why it gives nothing if it does.",
  params: [
    {
      kind: "positional",
      name: "stream",
      required: true,
      variableTypes: ["DStream"],
      help: "variable that holds the stream, or the name of an output",
    },
  ],
  examples: ["%explain counts", 'const steps = %explain "counts.print()"'],
  async run({ args }, _host, session: StreamSession): Promise<ExplainedStep[]> {
    const stream = session.streamOrOutput(args.stream);
    const steps = await explained(stream);
    const reads = stream.context.outputs().filter((output) => readsFrom(output.stream.node, stream.node));
    const outputs = table(
      reads.length === 0
        ? `no output reads it: %plot ${args.stream} or ${args.stream}.print() would`
        : "outputs that read it",
      ["output", "kind", { title: "state", kind: "status" }],
      reads.map(({ name, kind, held }) => [name, kind, held ? "stopped" : stateOf(stream)]),
    );
    const stages = new Set(steps.map(({ stage }) => stage)).size;
    const title = `${args.stream}: ${numbered(steps.length, "step", "steps")} in ${numbered(stages, "stage", "stages")}. ${await whatNow(stream, steps, session)}`;
    return shownAs(steps, title, [lineage(steps), outputs]);
  },
});

function stateOf({ context }: DStream<unknown>): string {
  return { INITIALIZED: "waiting", ACTIVE: "streaming", STOPPED: "stopped" }[context.getState()];
}

function readsFrom(node: StreamNode, wanted: StreamNode): boolean {
  return node === wanted || node.parents.some((parent) => readsFrom(parent, wanted));
}

/** What the last batch gave, or why it gave nothing. A context that %stream does not start is started by its own methods. */
async function whatNow(
  stream: DStream<unknown>,
  steps: readonly ExplainedStep[],
  session: StreamSession,
): Promise<string> {
  const rows = steps.at(-1)?.rows ?? 0;
  if (rows > 0) return `The last batch gave ${numbered(rows, "row", "rows")}.`;
  const { context } = stream;
  const stands = context === session.context ? await whyNotRunning(context) : undefined;
  return `It gives nothing: ${stands ?? (await context.explainNothing(stream))}.`;
}

/** The streams it is made from, each after its own, and itself at the end. */
async function explained(stream: DStream<unknown>): Promise<ExplainedStep[]> {
  const order: DStream<unknown>[] = [];
  const stages = new Map<StreamNode, number>();
  const visit = (one: DStream<unknown>): void => {
    if (stages.has(one.node)) return;
    for (const parent of one.dependencies) visit(parent);
    const before = Math.max(0, ...one.node.parents.map((parent) => stages.get(parent) ?? 0));
    stages.set(one.node, before + (isShuffled(one.node.op) ? 1 : 0));
    order.push(one);
  };
  visit(stream);
  const counted = new Set(order.slice(-COUNTED_STEPS));
  const steps: ExplainedStep[] = [];
  for (const one of order) steps.push(await step(one, (stages.get(one.node) ?? 0) + 1, counted.has(one)));
  return steps;
}

async function step(stream: DStream<unknown>, stage: number, counted: boolean): Promise<ExplainedStep> {
  const { node } = stream;
  const { rows, type } = counted ? await lastBatch(stream) : NOT_COUNTED;
  return {
    stream: stream.name,
    operator: node.op === "input" ? `input (${(node.params as { kind: string }).kind})` : node.op,
    from: stream.dependencies.map(({ name }) => name),
    stage,
    runs: whereItRuns(node),
    functions: node.functions.map(({ label }) => label),
    partitions: (node.params as { partitions?: number } | null)?.partitions,
    slideMs: node.slideMs,
    windowMs: stream.windowDuration?.ms,
    rows,
    type,
  };
}

const NOT_COUNTED = { rows: undefined, type: "" };

/** A step whose function fails is shown without its rows: what failed is told where it failed the batch. */
async function lastBatch(stream: DStream<unknown>): Promise<Pick<ExplainedStep, "rows" | "type">> {
  try {
    const count = await stream.context.latest(stream, { kind: "count" });
    const first = await stream.context.latest(stream, { kind: "take", limit: 1 });
    return {
      rows: count && "count" in count ? count.count : undefined,
      type: first && "rows" in first && first.rows.length > 0 ? rowType(first.rows) : "",
    };
  } catch {
    return NOT_COUNTED;
  }
}

function whereItRuns(node: StreamNode): string {
  if (node.op === "input") return node.functions.length > 0 ? "the engine's thread" : "";
  if (node.op === "transform") return "the program, for each batch";
  return node.functions.length > 0 ? "the worker threads" : "";
}

/** Without the columns that none of the steps has a value for: eleven are wider than most screens. */
function lineage(steps: readonly ExplainedStep[]) {
  const columns = LINEAGE.filter(({ of }) => steps.some((step) => (of(step) ?? "") !== ""));
  return table(
    "from the inputs on; a shuffle begins the next stage; rows of the last batch",
    columns.map(({ title, kind }) => (kind === undefined ? title : { title, kind })),
    steps.map((step) => columns.map(({ of }) => of(step))),
  );
}

/** The longest last: it is cut off first. */
const LINEAGE: readonly { title: string; kind?: ColumnKind; of(step: ExplainedStep): unknown }[] = [
  { title: "stage", kind: "number", of: ({ stage }) => stage },
  { title: "stream", of: ({ stream }) => stream },
  { title: "operator", of: ({ operator }) => operator },
  { title: "of", of: ({ from }) => from.join(", ") },
  { title: "rows", kind: "number", of: ({ rows }) => rows },
  { title: "of type", of: ({ type }) => type },
  { title: "every", of: ({ slideMs }) => new Duration(slideMs).brief },
  { title: "window", of: ({ windowMs }) => (windowMs === undefined ? "" : new Duration(windowMs).brief) },
  { title: "partitions", kind: "number", of: ({ partitions }) => partitions },
  { title: "run in", of: ({ runs }) => runs },
  { title: "functions", of: ({ functions }) => functions.join("; ") },
];
