import type { FromEngine } from "../../kernel/port/live.js";
import type { Presenter } from "../../runtime/engine/presenter.js";
import { printedBatch } from "../../runtime/engine/print.js";
import type { OutputNode } from "../../runtime/plan/stream-node.js";
import type { Clock } from "../../runtime/time/clock.js";
import { batchFigures } from "./batch-figures.js";
import { JobBars } from "./job-bars.js";
import { LiveChart } from "./live-chart.js";
import { PrintedCell } from "./printed-cell.js";
import { type CellTag, plotOf } from "./tag.js";

/**
 * Shows a notebook's streams: prints go to the cell that declared them, charts to their displays, straight to the front
 * and never through the cell thread. Runs in the engine thread.
 */
export function notebookPresenter(
  clock: Clock,
  send: (message: FromEngine) => void,
  bars: JobBars = new JobBars(send),
): Presenter {
  const charts = new Map<string, LiveChart>();
  const printed = new Map<string, PrintedCell>();

  function chartOf(output: OutputNode): LiveChart | undefined {
    const plan = plotOf(output.tag);
    return plan && entryOf(charts, plan.display, () => new LiveChart(plan, clock, send));
  }

  return {
    isLookedAt: true,
    rows(output, timeMs, rows, count) {
      chartOf(output)?.rows(timeMs, rows, count);
      if (output.kind !== "print") return;
      const { cell } = output.tag as CellTag;
      entryOf(printed, cell, () => new PrintedCell(cell, send)).write(
        printedBatch(timeMs, rows, output.take.limit),
      );
    },
    printed(tag, name, text) {
      send({ type: "stream", cell: (tag as CellTag).cell, name, text });
    },
    jobProgress(tag, progress) {
      bars.report((tag as CellTag).cell, progress);
    },
    batchCompleted(batch, { batchMs, waiting, outputs }) {
      const figures = batchFigures(batch, batchMs, waiting);
      for (const output of outputs) chartOf(output)?.batchCompleted(figures);
    },
    stopped(outputs, reason) {
      for (const output of outputs) chartOf(output)?.stopped(reason);
    },
    removed(outputs) {
      for (const output of outputs) {
        chartOf(output)?.closed();
        charts.delete(plotOf(output.tag)?.display ?? "");
        printed.delete((output.tag as CellTag).cell);
      }
    },
  };
}

function entryOf<V>(map: Map<string, V>, key: string, create: () => V): V {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
