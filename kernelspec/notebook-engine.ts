/** Entry of the engine thread of a notebook: what its streams print and plot goes straight to the front. */

import { openFrontPipe } from "../magics/live/front-pipe.js";
import { notebookPresenter } from "../magics/live/notebook-presenter.js";
import { plotOf } from "../magics/live/tag.js";
import { runEngineThread } from "../runtime/engine/run-engine-thread.js";
import { SystemClock } from "../runtime/time/clock.js";

const send = openFrontPipe((message) => {
  if (message.type !== "liveCommand" || (message.command !== "start" && message.command !== "stop")) return;
  void engine.control(message.command, (output) => plotOf(output.tag)?.display === message.display);
});
const engine = runEngineThread(notebookPresenter(new SystemClock(), send));
