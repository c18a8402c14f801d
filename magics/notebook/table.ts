/** The magics of any notebook: nothing of them needs a stream. */

import { addJar } from "./add-jar.js";
import { autoreload } from "./autoreload.js";
import { capture } from "./capture.js";
import { config } from "./config.js";
import { connectInfo } from "./connect-info.js";
import { dataFrame } from "./data-frame.js";
import { doctor } from "./doctor.js";
import { env } from "./env.js";
import { history } from "./history.js";
import { load } from "./load.js";
import { loadExt } from "./load-ext.js";
import { addDeps, npm } from "./npm.js";
import { rerun } from "./rerun.js";
import { reset } from "./reset.js";
import { save } from "./save.js";
import { bash, sh } from "./shell.js";
import { html, javascript, latex, markdown, svg } from "./show-body.js";
import { showOutput, showTypes, truncation } from "./switches.js";
import { time } from "./time.js";
import { timeit } from "./timeit.js";
import { who, whos } from "./who.js";
import { cd, pwd } from "./working-folder.js";
import { writefile } from "./writefile.js";

/** Those that do the same in a program. */
export const SHARED_MAGICS = { bash, cd, env, pwd, sh } as const;

/** Those that only a notebook has a use for. */
export const NOTEBOOK_MAGICS = [
  addDeps,
  addJar,
  autoreload,
  capture,
  config,
  connectInfo,
  dataFrame,
  doctor,
  history,
  html,
  javascript,
  latex,
  load,
  loadExt,
  markdown,
  npm,
  rerun,
  reset,
  save,
  showOutput,
  showTypes,
  svg,
  time,
  timeit,
  truncation,
  who,
  whos,
  writefile,
] as const;
