/** Entry of the engine thread of a notebook: what its streams print and plot goes straight to the front. */

import { openFrontPipe } from "../magics/live/front-pipe.js";
import { JobBars } from "../magics/live/job-bars.js";
import { notebookPresenter } from "../magics/live/notebook-presenter.js";
import { plotOf } from "../magics/live/tag.js";
import { runEngineThread } from "../runtime/engine/run-engine-thread.js";
import { SystemClock } from "../runtime/time/clock.js";

const send = openFrontPipe(({ command, display }) => {
  if (command === "cancel") for (const job of bars.jobsOf(display)) engine.cancelJob(job);
  if (command === "start" || command === "stop")
    void engine.control(command, (output) => plotOf(output.tag)?.display === display);
});
const bars = new JobBars(send);
const engine = runEngineThread(notebookPresenter(new SystemClock(), send, bars));
