/** Starts the kernel the way a front end does. */

import { tmpdir } from "node:os";
import type { JupyterEnvironment } from "../jupyter/environment.js";
import { openKernelSession } from "../run/kernel-session.js";
import type { Finding } from "./finding.js";
import { missingEntries } from "./machine.js";

/** Says nothing without a build or JupyterLab: others have said so, and there is nothing to start. */
export async function kernelAnswers(jupyter: JupyterEnvironment | undefined): Promise<Finding[]> {
  if (jupyter === undefined || missingEntries().length > 0) return [];
  try {
    const { kernel, close } = await openKernelSession({ jupyter: jupyter.jupyter, folder: tmpdir() });
    const { implementation, implementation_version } = await kernel.info;
    await close();
    return [{ what: `The kernel starts and answers (${implementation} ${implementation_version})` }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        what: `The kernel does not start: ${reason}`,
        fix: "the log above says why; `npm ci` in the package installs its parts again",
      },
    ];
  }
}
