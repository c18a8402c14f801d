import { createHash } from "node:crypto";
import { Loop, type LoopHead } from "../operators/loop.js";
import type { NarrowLowering, Told, WideLowering } from "../operators/operator.js";
import { rddLowering } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { Program, TaskInput } from "../pool/task.js";

/** How one partition of an RDD is computed in one task: where its rows come from, and the operators they pass. */
export interface PartitionPlan {
  leaf: Leaf;
  /** Operators in the order in which rows pass them; a kept RDD ends with a keep step. */
  steps: Step[];
}

export type Leaf =
  | { kind: "source"; node: RddNode; head: LoopHead; input: TaskInput }
  /** A partition of a wide RDD, whose shuffle must have been written. */
  | { kind: "wide"; node: RddNode; lowering: WideLowering; partition: number }
  | { kind: "kept"; node: RddNode; partition: number; worker: number };

type Step =
  | { kind: "operator"; node: RddNode; lowering: NarrowLowering; partition: number }
  | { kind: "keep"; node: RddNode; partition: number };

/** Which worker keeps a partition of a kept RDD, if any does. */
export type KeptBy = (node: RddNode, partition: number) => number | undefined;

/** Cuts the lineage of an RDD at its nearest shuffles: one plan per partition, in order. */
export function planPartitions(node: RddNode, keptBy: KeptBy): PartitionPlan[] {
  const plans = planOwn(node, keptBy);
  return node.kept ? plans.map((plan, partition) => keep(node, partition, plan, keptBy)) : plans;
}

function planOwn(node: RddNode, keptBy: KeptBy): PartitionPlan[] {
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
      return partitions(node, (partition) => ({ kind: "wide", node, lowering, partition }));
    case "union":
      return node.parents.flatMap((parent) => planPartitions(parent, keptBy));
    case "narrow":
      return node.parents
        .flatMap((parent) => planPartitions(parent, keptBy))
        .map(({ leaf, steps }, partition) => ({
          leaf,
          steps: [...steps, { kind: "operator", node, lowering, partition }],
        }));
  }
}

function partitions(node: RddNode, leaf: (partition: number) => Leaf): PartitionPlan[] {
  return Array.from({ length: node.partitions }, (_, partition) => ({ leaf: leaf(partition), steps: [] }));
}

/** A kept partition is read where it is kept; otherwise it is computed, and kept on the way. */
function keep(node: RddNode, partition: number, plan: PartitionPlan, keptBy: KeptBy): PartitionPlan {
  const worker = keptBy(node, partition);
  if (worker !== undefined) return { leaf: { kind: "kept", node, partition, worker }, steps: [] };
  return { leaf: plan.leaf, steps: [...plan.steps, { kind: "keep", node, partition }] };
}

/** Keep steps of a plan, in the order in which the loop numbers them. */
export function keepsOf(plan: PartitionPlan): { node: string; partition: number }[] {
  return plan.steps.flatMap((step) =>
    step.kind === "keep" ? [{ node: step.node.id, partition: step.partition }] : [],
  );
}

/** Operators of a plan that are told something, in the order in which the loop asks for it. */
export function toldOf(
  plan: PartitionPlan,
  last: LastStep,
  place: number,
): { node: RddNode; lowering: Told; partition: number }[] {
  const steps = plan.steps.flatMap((step) => (step.kind === "operator" ? [step] : []));
  const mapSide = last.kind === "mapSide" ? [{ ...last, partition: place }] : [];
  return [...steps, ...mapSide].filter(({ lowering }) => lowering.argument !== undefined);
}

/** The RDDs a task computes, first to last: the one it reads, those on the way, and the one it writes to. */
export function stageNodes({ leaf, steps }: PartitionPlan, last: LastStep): RddNode[] {
  const on = steps.flatMap((step) => (step.kind === "operator" ? [step.node] : []));
  return [leaf.node, ...on, ...(last.kind === "mapSide" ? [last.node] : [])];
}

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

  /** The program for a plan and what is done with its rows. */
  get(plan: PartitionPlan, last: LastStep): Program {
    const key = [headOf(plan.leaf), ...plan.steps.map(stepKey), lastKey(last)].join("|");
    let program = this.#programs.get(key);
    if (program === undefined) {
      program = write(plan, last, createHash("sha256").update(key).digest("base64url").slice(0, 16));
      this.#programs.set(key, program);
    }
    return program;
  }
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
  return last.kind === "mapSide" ? `> ${nodeKey(last.node)}` : `> ${last.kind}`;
}

function write(plan: PartitionPlan, last: LastStep, id: string): Program {
  const loop = new Loop(headOf(plan.leaf));
  for (const step of plan.steps) {
    if (step.kind === "keep") loop.keep();
    else step.lowering.emit(loop, step.node);
  }
  LAST_STEP[last.kind](loop, last as never, plan);
  return { id, ...loop.finish() };
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
