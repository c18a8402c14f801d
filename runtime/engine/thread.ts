/** Entry of the engine thread of a plain program. */

import { consolePresenter } from "./print.js";
import { runEngineThread } from "./run-engine-thread.js";

runEngineThread(consolePresenter);
