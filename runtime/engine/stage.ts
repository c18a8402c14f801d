import { createHash } from "node:crypto";
import { Loop, type LoopHead } from "../operators/loop.js";
import type { NarrowLowering, Told, ViewLowering, WideLowering } from "../operators/operator.js";
import { rddLowering } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { Program, TaskInput } from "../pool/task.js";

/** How one partition of an RDD is computed in one task: where its rows come from, and the operators they pass. */
export interface PartitionPlan {
  leaf: Leaf;
  /** In the order in which rows pass them. */
  segments: readonly Segment[];
}

/** Operators one after the other. All partitions that pass the same ones share the list, however long it is. */
interface Segment {
  steps: readonly Step[];
  /** Of the RDDs of these steps. */
  partition: number;
}

export type Leaf =
  | { kind: "source"; node: RddNode; head: LoopHead; input: TaskInput }
  /** A partition of a wide RDD, whose shuffle must have been written, in one of the forms it is there in. */
  | { kind: "wide"; node: RddNode; lowering: WideLowering; partition: number; view: string }
  | { kind: "kept"; node: RddNode; partition: number; worker: number };

type Step = { kind: "operator"; node: RddNode; lowering: NarrowLowering } | { kind: "keep"; node: RddNode };

/** Which worker keeps a partition of a kept RDD, if any does. */
export type KeptBy = (node: RddNode, partition: number) => number | undefined;

/** Cuts the lineage of an RDD at its nearest shuffles: one plan per partition, in order. */
export function planPartitions(node: RddNode, keptBy: KeptBy): PartitionPlan[] {
  if (node.storage === "NONE") return planOwn(node, keptBy);
  const kept = Array.from({ length: node.partitions }, (_, partition) => keptBy(node, partition));
  // What is all there is read where it is, whatever it was made from.
  const own = kept.includes(undefined) ? planOwn(node, keptBy) : [];
  return kept.map((worker, partition) => {
    if (worker !== undefined) return { leaf: { kind: "kept", node, partition, worker }, segments: [] };
    const plan = own[partition];
    if (plan === undefined) throw new Error(`${node.op} has no partition ${partition}`);
    return append(plan, [{ kind: "keep", node }], partition);
  });
}

function planOwn(node: RddNode, keptBy: KeptBy): PartitionPlan[] {
  if (node.isCheckpointed) return planPartitions(onlyParent(node), keptBy);
  const lowering = rddLowering(node.op);
  switch (lowering.kind) {
    case "source":
      return partitions(node, (partition) => ({
        kind: "source",
        node,
        head: lowering.head,
        input: lowering.input(node, partition),
      }));
    case "wide":
      return partitions(node, (partition) => ({ kind: "wide", node, lowering, partition, view: "" }));
    case "view":
      return viewed(node, lowering);
    case "union":
      return node.parents.flatMap((parent) => planPartitions(parent, keptBy));
    case "narrow": {
      const { steps, from } = narrowSteps(node, lowering);
      return planPartitions(from, keptBy).map((plan, partition) => append(plan, steps, partition));
    }
  }
}

/** The wide RDD it is made from, as if that gave what is wanted of it. */
function viewed(node: RddNode, { view, head }: ViewLowering): PartitionPlan[] {
  const parent = onlyParent(node);
  const lowering = rddLowering(parent.op);
  if (lowering.kind !== "wide") throw new Error(`${node.op} is no form of ${parent.op}`);
  return partitions(node, (partition) => ({
    kind: "wide",
    node: parent,
    lowering: { ...lowering, head },
    partition,
    view,
  }));
}

/** The narrow operators down from a node, first one first, and what they take: a loop, since there may be thousands. */
function narrowSteps(node: RddNode, lowering: NarrowLowering): { steps: Step[]; from: RddNode } {
  const steps: Step[] = [{ kind: "operator", node, lowering }];
  let from = onlyParent(node);
  for (
    let next = rddLowering(from.op);
    next.kind === "narrow" && from.storage === "NONE" && !from.isCheckpointed;
    next = rddLowering(from.op)
  ) {
    steps.push({ kind: "operator", node: from, lowering: next });
    from = onlyParent(from);
  }
  return { steps: steps.reverse(), from };
}

function onlyParent({ op, parents: [parent] }: RddNode): RddNode {
  if (parent === undefined) throw new Error(`${op} has no parent`);
  return parent;
}

function partitions(node: RddNode, leaf: (partition: number) => Leaf): PartitionPlan[] {
  return Array.from({ length: node.partitions }, (_, partition) => ({ leaf: leaf(partition), segments: [] }));
}

function append({ leaf, segments }: PartitionPlan, steps: readonly Step[], partition: number): PartitionPlan {
  return { leaf, segments: [...segments, { steps, partition }] };
}

/** Keep steps of a plan, in the order in which the loop numbers them. */
export function keepsOf(plan: PartitionPlan): { node: RddNode; partition: number }[] {
  return plan.segments.flatMap(({ steps, partition }) =>
    steps.flatMap((step) => (step.kind === "keep" ? [{ node: step.node, partition }] : [])),
  );
}

/** Operators of a plan that are told something, in the order in which the loop asks for it. */
export function toldOf(
  plan: PartitionPlan,
  last: LastStep,
  place: number,
): { node: RddNode; lowering: Told; partition: number }[] {
  const told = plan.segments.flatMap(({ steps, partition }) =>
    steps.flatMap((step) =>
      step.kind === "operator" && step.lowering.argument !== undefined ? [{ ...step, partition }] : [],
    ),
  );
  return last.kind === "mapSide" && last.lowering.argument !== undefined
    ? [...told, { ...last, partition: place }]
    : told;
}

/** The RDDs a task computes, first to last: the one it reads, those on the way, and the one it writes to. */
export function stageNodes(plan: PartitionPlan, last: LastStep): RddNode[] {
  const { leaf } = plan;
  const on = stepsOf(plan).flatMap((step) => (step.kind === "operator" ? [step.node] : []));
  return [leaf.node, ...on, ...(last.kind === "mapSide" ? [last.node] : [])];
}

/** What a stage is told by: the operators of its tasks. */
export function stageName(plan: PartitionPlan, last: LastStep): string {
  const ops = stageNodes(plan, last).map(({ op }) => op);
  // A lineage of thousands of maps is told by its ends.
  const shown = ops.length <= NAMED ? ops : [...ops.slice(0, NAMED - 2), "…", ...ops.slice(-1)];
  return shown.join(" → ");
}

const NAMED = 10;

/** What the last lines of a loop do with a record. */
export type LastStep =
  | { kind: "rows" }
  | { kind: "count" }
  | { kind: "sample" }
  | { kind: "none" }
  | { kind: "mapSide"; node: RddNode; lowering: WideLowering };

/** Programs by what makes them differ: a stream's loop is written and compiled once, not once a batch. */
export class Programs {
  readonly #programs = new Map<string, Program>();
  readonly #keys = new WeakMap<readonly Step[], string>();

  /** The program for a plan and what is done with its rows. */
  get(plan: PartitionPlan, last: LastStep): Program {
    const key = [
      headOf(plan.leaf),
      ...plan.segments.map(({ steps }) => this.#stepsKey(steps)),
      lastKey(last),
    ].join("|");
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const program = write(plan, last, createHash("sha256").update(key).digest("base64url").slice(0, 16));
    this.#programs.set(key, program);
    const oldest = this.#programs.keys().next().value;
    if (this.#programs.size > REMEMBERED_PROGRAMS && oldest !== undefined) this.#programs.delete(oldest);
    return program;
  }

  /** The partitions of a job share their lists of steps. */
  #stepsKey(steps: readonly Step[]): string {
    const known = this.#keys.get(steps);
    if (known !== undefined) return known;
    const key = steps.map(stepKey).join("|");
    this.#keys.set(steps, key);
    return key;
  }
}

/** A program that is written again has the same id, and the workers know it by that. */
const REMEMBERED_PROGRAMS = 256;

function stepsOf({ segments }: PartitionPlan): Step[] {
  return segments.flatMap(({ steps }) => steps);
}

function headOf(leaf: Leaf): LoopHead {
  switch (leaf.kind) {
    case "source":
      return leaf.head;
    case "wide":
      return leaf.lowering.head;
    case "kept":
      return "rows";
  }
}

function stepKey(step: Step): string {
  return step.kind === "keep" ? "keep" : nodeKey(step.node);
}

function nodeKey(node: RddNode): string {
  return [node.op, ...node.functions.map((fn) => fn.id)].join(" ");
}

function lastKey(last: LastStep): string {
  if (last.kind !== "mapSide") return `> ${last.kind}`;
  const { node, lowering } = last;
  return `> ${nodeKey(node)} ${lowering.mapSideForm?.(node) ?? ""}`;
}

function write(plan: PartitionPlan, last: LastStep, id: string): Program {
  const loop = new Loop(headOf(plan.leaf));
  const steps = stepsOf(plan);
  for (const [i, step] of steps.entries()) {
    if (step.kind === "keep") loop.keep();
    else step.lowering.emit(loop, step.node, () => fieldsRead(steps, i + 1, last));
  }
  LAST_STEP[last.kind](loop, last as never, plan);
  return { id, ...loop.finish() };
}

/** The fields that are read of a record which comes to the step `from`, by all who see it; undefined where they do more with it. */
function fieldsRead(steps: readonly Step[], from: number, last: LastStep): string[] | undefined {
  const names = new Set<string>();
  for (const step of steps.slice(from)) {
    const passing = step.kind === "operator" ? step.lowering.record : undefined;
    const use = passing && step.kind === "operator" ? step.node.functions[0]?.record : undefined;
    if (use?.kind !== "fields") return undefined;
    for (const name of use.names) names.add(name);
    if (passing === "ends") return [...names];
  }
  return last.kind === "count" || last.kind === "none" ? [...names] : undefined;
}

const LAST_STEP: {
  [K in LastStep["kind"]]: (loop: Loop, last: Extract<LastStep, { kind: K }>, plan: PartitionPlan) => void;
} = {
  rows: (loop, _last, plan) => loop.line(pushRow(loop.row(), plan)),
  count: (loop) => loop.line("out.count++;"),
  none: () => undefined,
  sample: (loop) => loop.line(reservoir(loop.row())),
  mapSide: (loop, { node, lowering }) => lowering.emitMapSide(loop, node),
};

/**
 * Vitter's algorithm R: row n takes the place of one of `limit` with the chance limit/n. Its random numbers are those of
 * Numerical Recipes' generator from a fixed seed, so that the same rows give the same sample.
 */
function reservoir(row: string): string {
  return [
    "out.count++;",
    `if (rows.length < limit) rows.push(${row});`,
    "else {",
    "out.seed = (Math.imul(out.seed, 1664525) + 1013904223) >>> 0;",
    "const at = Math.floor((out.seed / 4294967296) * out.count);",
    `if (at < limit) rows[at] = ${row}; }`,
  ].join(" ");
}

/** With rows enough the loop ends, unless rows are kept on the way: others will read these to the last. */
function pushRow(row: string, plan: PartitionPlan): string {
  if (keepsOf(plan).length > 0) return `if (rows.length < limit) rows.push(${row});`;
  return `if (rows.push(${row}) >= limit) { out.enough = true; return records; }`;
}
