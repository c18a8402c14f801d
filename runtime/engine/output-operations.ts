import type { Patience } from "../connect/patience.js";
import type { SinkBatch } from "../connect/sink.js";
import { isWrite, type Writing } from "../operators/write.js";
import type { RddNode } from "../plan/rdd-node.js";
import type { OutputNode, StreamNode } from "../plan/stream-node.js";
import type { Clock } from "../time/clock.js";
import type { ActionResult, Counted } from "./action.js";
import type { Batch, BatchFailure } from "./batch.js";
import type { EventOrder } from "./event-order.js";
import { explain } from "./failure.js";
import type { JobRunner } from "./job-runner.js";
import type { Presenter } from "./presenter.js";
import type { ProgramCalls } from "./program-calls.js";
import { isSave, saveBatch } from "./save-batch.js";
import type { OutputOperationInfo } from "./stream-event.js";

interface OutputOperationsOptions {
  clock: Clock;
  runner: JobRunner;
  presenter: Presenter;
  program: ProgramCalls;
  /** Runs a foreachRDD body on the program's thread; resolves when it is done. */
  callBody(output: OutputNode, rdd: RddNode, timeMs: number): Promise<void>;
  /** Whether the run goes on and has the output. */
  isWanted(output: OutputNode): boolean;
  /** Whether batches go on while the program is busy with an output of those before. */
  mayLag(output: OutputNode): boolean;
  /** Has a sink make a batch seen whose partitions are written. @param prepared what their writers left for it */
  commitSink(stream: StreamNode, batch: SinkBatch, prepared: unknown[]): Promise<void>;
  newJob(tag: unknown): number;
  /** With what is out of reach. */
  patience: Patience;
  events: EventOrder;
}

/** Runs outputs on the RDDs of a batch, and tells those who listen of it. */
export class OutputOperations {
  constructor(private readonly options: OutputOperationsOptions) {}

  /** What the program is yet to do for it is then in the batch's bodies. @returns why it failed, after it was told */
  async run(output: OutputNode, rdd: RddNode, batch: Batch): Promise<BatchFailure | undefined> {
    const { info, bodies } = batch;
    const { clock, events } = this.options;
    const turn = events.begin();
    const startTimeMs = clock.now();
    const operation: OutputOperationInfo = {
      batchTimeMs: info.batchTimeMs,
      id: output.id,
      name: output.name,
      startTimeMs,
      endTimeMs: undefined,
      failureReason: undefined,
    };
    turn.tell({ kind: "outputOperationStarted", outputOperationInfo: { ...operation } });
    const done = () => {
      const endTimeMs = clock.now();
      const { id, name } = output;
      info.outputs.push({ id, name, startTimeMs, elapsedMs: endTimeMs - startTimeMs });
      turn.over({ kind: "outputOperationCompleted", outputOperationInfo: { ...operation, endTimeMs } });
      return undefined;
    };
    const failed = (error: unknown): BatchFailure => {
      const over = { endTimeMs: clock.now(), failureReason: explain(error).message };
      turn.over({ kind: "outputOperationCompleted", outputOperationInfo: { ...operation, ...over } });
      return { output, error, startTimeMs, endTimeMs: over.endTimeMs };
    };
    try {
      const body = await this.#run(output, rdd, batch);
      if (body === undefined) return done();
      bodies.push(body.over.then(done, failed));
      return undefined;
    } catch (error) {
      return failed(error);
    }
  }

  /** @returns what the program is to do for it, where the run need not wait for that */
  async #run(output: OutputNode, rdd: RddNode, batch: Batch): Promise<{ over: Promise<void> } | undefined> {
    const job = this.options.newJob(output.tag);
    if (output.kind === "foreachRDD") return this.#runBody(output, rdd, batch, job);
    if (isWrite(rdd.op)) await this.#write(output, rdd as RddNode<Writing>, batch, job);
    else if (isSave(output)) await this.#save(output, rdd, batch, job);
    else await this.#show(output, rdd, batch, job);
    return undefined;
  }

  async #runBody(output: OutputNode, rdd: RddNode, { info, planned }: Batch, job: number) {
    const { runner, program, isWanted, callBody, mayLag } = this.options;
    await runner.settle(rdd, job);
    await planned;
    const over = program.inTurn(async () => {
      if (isWanted(output)) await program.unlessEnded(callBody(output, rdd, info.batchTimeMs));
    });
    if (mayLag(output)) return { over };
    await over;
    return undefined;
  }

  async #save(
    output: Parameters<typeof saveBatch>[0],
    rdd: RddNode,
    { info, planned }: Batch,
    job: number,
  ): Promise<void> {
    const { runner } = this.options;
    const collect = (node: RddNode) => runner.run(node, { kind: "collect" }, job).then(rowsOf);
    await planned;
    await saveBatch(output, rdd, info.batchTimeMs, this.options.patience, collect);
  }

  /** By the tasks; the sink's own part comes when all of them are done. */
  async #write(output: OutputNode, rdd: RddNode<Writing>, { planned }: Batch, job: number): Promise<void> {
    // First, since others see what the tasks write.
    await planned;
    const prepared = rowsOf(await this.options.runner.run(rdd, { kind: "collect" }, job));
    // A sink that never comes to an end must not keep a stopped context from ending.
    const { program, commitSink } = this.options;
    await program.unlessEnded(commitSink(output.stream, rdd.params.batch, prepared));
  }

  async #show(output: OutputNode, rdd: RddNode, batch: Batch, job: number): Promise<void> {
    const { presenter, isWanted } = this.options;
    const { rows, count } = await this.#rows(output, rdd, batch, job);
    await batch.planned;
    if (isWanted(output)) presenter.rows(output, batch.info.batchTimeMs, rows, count);
  }

  async #rows(output: OutputNode, rdd: RddNode, { outputs, shared }: Batch, job: number): Promise<Counted> {
    const { runner } = this.options;
    const { limit, largest } = output.take;
    if (largest)
      return shared.of(rdd, output, outputs, ({ limit, pairs }) =>
        runner.run(rdd, { kind: "top", limit, ...(pairs !== undefined && { pairs }) }, job).then(counted),
      );
    // One row more than is printed tells whether there are more.
    const more = output.kind === "print" ? 1 : 0;
    return counted(await runner.run(rdd, { kind: "take", limit: limit + more }, job));
  }
}

function rowsOf(result: ActionResult): unknown[] {
  return "rows" in result ? result.rows : [];
}

/** Of an action that does not count, the rows are all that is known of. */
function counted(result: ActionResult): Counted {
  const rows = rowsOf(result);
  return { rows, count: "count" in result ? result.count : rows.length };
}
