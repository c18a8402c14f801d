/** The control channel: what must be answered whatever shell is doing. */

import { interrupt } from "../wire/interrupt.js";
import { kernelInfo } from "../wire/kernel-info.js";
import { shutdown } from "../wire/shutdown.js";
import { answer, type Handler } from "./dispatch.js";
import type { Answers } from "./shell.js";

/** Nothing here waits for a cell. */
export function controlHandlers(front: Answers): Handler[] {
  return [
    answer(kernelInfo, () => front.info),
    answer(interrupt, () => front.interrupt()),
    { ...answer(shutdown, front.shutdown), afterwards: front.exit },
  ];
}
