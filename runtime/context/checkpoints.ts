import { randomUUID } from "node:crypto";
import { writeCheckpoint } from "../connect/files/checkpoint.js";
import { locate } from "../connect/files/file-system.js";
import type { Patience } from "../connect/patience.js";
import type { Action, ActionResult } from "../engine/action.js";
import { checkpointedRanges, checkpointNode } from "../operators/checkpoint.js";
import { cutLineage, lineageNodes, type RddNode, rddNode } from "../plan/rdd-node.js";
import { StreamError } from "../stream-error.js";
import { describeNode } from "./debug-string.js";
import type { EngineClient } from "./engine-client.js";

/** Where a checkpoint is: in files that outlive the workers, or with the workers. */
type CheckpointKind = "reliable" | "local";

/** An RDD that was marked. */
interface Mark {
  kind: CheckpointKind;
  /** Settles when the checkpoint is there; undefined before it is begun. */
  writing: Promise<void> | undefined;
  /** Folder of a reliable one that is there. */
  file: string | undefined;
  /** The partitions in it: what comes after the writing may fail, and is then tried again. */
  written: unknown[] | undefined;
}

/** What {@link Checkpoints} need of their context. */
interface CheckpointsOf {
  engine: EngineClient;
  /** With files that are out of reach. */
  patience(): Patience;
  /** The node that jobs run in place of this one. */
  latest(node: RddNode): RddNode;
  /** Runs an action after which nothing is checkpointed. */
  run(node: RddNode, action: Action): Promise<ActionResult>;
}

/**
 * The RDDs of one context that are to be checkpointed, by Spark's rules: one is marked, computed by an action, then written by
 * a job of its own, and from then on made from nothing but what was written.
 */
export class Checkpoints {
  readonly #marks = new WeakMap<RddNode, Mark>();
  /** Marks that were set and not reached by an action: while there is none, no action looks for them. */
  #pending = 0;
  #folder: string | undefined;

  constructor(private readonly context: CheckpointsOf) {}

  /** A folder of this context's own in `dir`; undefined before one was set. */
  get folder(): string | undefined {
    return this.#folder;
  }

  /** @throws StreamError RT_FILE, RT_FILE_SYSTEM */
  setFolder(dir: string): void {
    const folder = `${dir.replace(/\/+$/, "")}/${randomUUID()}`;
    const { now, path } = locate(folder);
    now.createFolder(path);
    this.#folder = folder;
  }

  /** Marks an RDD, unless it is; a local mark takes the place of another one. @throws StreamError RT_CHECKPOINT_DIR */
  mark(node: RddNode, kind: CheckpointKind): void {
    if (kind === "reliable" && this.#folder === undefined) throw noFolder(node);
    const mark = this.#marks.get(node);
    if (mark === undefined) {
      this.#marks.set(node, { kind, writing: undefined, file: undefined, written: undefined });
      this.#pending += 1;
    } else if (mark.writing === undefined && kind === "local") mark.kind = kind;
  }

  /** Folder of the files of an RDD; undefined when there are none. */
  fileOf(node: RddNode): string | undefined {
    return this.#marks.get(node)?.file;
  }

  /**
   * An action on an RDD is done: what is marked of its lineage is checkpointed, but nothing that only a marked one was made
   * from. @throws what the job that writes does
   */
  async afterAction(node: RddNode): Promise<void> {
    if (this.#pending === 0) return;
    for (const marked of this.#marked(node)) await this.#checkpoint(marked);
  }

  #marked(node: RddNode): RddNode[] {
    const marked: RddNode[] = [];
    const seen = new Set<RddNode>();
    const stack = [node];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (this.#marks.has(next)) marked.push(next);
      else stack.push(...next.parents);
    }
    return marked;
  }

  /** Once, for all actions that come to it at a time; again when it failed. */
  #checkpoint(node: RddNode): Promise<void> {
    const mark = this.#marks.get(node);
    if (mark === undefined) throw new Error(`${node.op} is not marked`);
    mark.writing ??= this.#write(node, mark).then(
      () => {
        this.#pending -= 1;
      },
      (error: unknown) => {
        mark.writing = undefined;
        throw error;
      },
    );
    return mark.writing;
  }

  async #write(node: RddNode, mark: Mark): Promise<void> {
    const latest = this.context.latest(node);
    const splits =
      mark.written ?? (await (mark.kind === "local" ? this.#keep(latest) : this.#save(latest, mark)));
    const op = mark.kind === "local" ? "localCheckpoint" : "checkpoint";
    const checkpoint = checkpointNode(op, { splits, ranges: await this.#ranges(latest) });
    for (const cut of new Set([node, latest])) {
      cutLineage(cut, checkpoint);
      this.context.engine.cut(cut, checkpoint);
    }
  }

  async #save(node: RddNode, mark: Mark): Promise<unknown[]> {
    const name = describeNode(node);
    const folder = `${this.#folder}/rdd-${node.id.slice(node.id.indexOf(".") + 1)}`;
    const splits = await writeCheckpoint(folder, name, this.context.patience(), async (spec) => {
      const written = await this.context.run(rddNode("saveAsObjectFile", [node], [], spec, node.partitions), {
        kind: "collect",
      });
      return "rows" in written ? (written.rows as string[]) : [];
    });
    mark.file = folder;
    mark.written = splits;
    return splits;
  }

  /** Partitions that no action asked for are computed and kept too. */
  async #keep(node: RddNode): Promise<unknown[]> {
    await this.context.run(node, { kind: "count" });
    const rdd = describeNode(node);
    return Array.from({ length: node.partitions }, (_, partition) => ({ rdd, partition }));
  }

  /** Of the sorts that will be cut off, and of those that were before. */
  async #ranges(node: RddNode): Promise<ReadonlyMap<string, unknown>> {
    const nodes = lineageNodes(node);
    const before = nodes.flatMap((one) => [...(checkpointedRanges(one) ?? [])]);
    const sorts = nodes.flatMap(({ op, id }) => (op === "sortByKey" ? [id] : []));
    if (sorts.length === 0) return new Map(before);
    return new Map([...before, ...(await this.context.engine.call("ranges", { rdds: sorts }))]);
  }
}

function noFolder(node: RddNode): StreamError {
  return new StreamError(
    "RT_CHECKPOINT_DIR",
    `Checkpoint directory has not been set in the SparkContext, and ${describeNode(node)} is to be checkpointed; call sc.setCheckpointDir(path) first, or localCheckpoint() instead`,
  );
}
