/** Entry of the engine thread of a notebook: what its streams print and plot goes straight to the front. */

import { openFrontPipe } from "../magics/live/front-pipe.js";
import { JobBars } from "../magics/live/job-bars.js";
import { isMetricTag, METRIC_BATCHES, MetricCharts } from "../magics/live/metric-charts.js";
import { notebookPresenter } from "../magics/live/notebook-presenter.js";
import { StreamsDisplays, streamsCommand } from "../magics/live/streams-displays.js";
import { SHOWN_BATCHES } from "../magics/live/streams-tables.js";
import { plotOf } from "../magics/live/tag.js";
import { runEngineThread } from "../runtime/engine/run-engine-thread.js";
import { SystemClock } from "../runtime/time/clock.js";

const send = openFrontPipe(({ command, display }) => {
  const context = boards.contextOf(display) ?? metrics.contextOf(display);
  if (context !== undefined) return streamsCommand(command, context, engine.contexts);
  if (command === "cancel") for (const job of bars.jobsOf(display)) engine.cancelJob(job);
  if (command === "start" || command === "stop")
    void engine.contexts.control(command, (output) => plotOf(output.tag)?.display === display);
});
const bars = new JobBars(send);
const clock = new SystemClock();
const boards = new StreamsDisplays(
  clock,
  (context) => engine.contexts.standing(context, SHOWN_BATCHES),
  send,
);
const metrics = new MetricCharts(clock, (context) => engine.contexts.standing(context, METRIC_BATCHES), send);
const engine = runEngineThread({
  ...notebookPresenter(clock, send, bars),
  follow: (context, tag) => {
    if (isMetricTag(tag)) metrics.follow(context, tag);
    else boards.follow(context, String(tag));
  },
  changed: (context, isOver) => {
    boards.changed(context, isOver);
    metrics.changed(context, isOver);
  },
});
