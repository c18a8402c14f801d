/** One line of `doctor`. */

import type { JupyterEnvironment } from "../jupyter/environment.js";

export interface Finding {
  /** What was found. */
  what: string;
  /** How to put it right; undefined when nothing is wrong. */
  fix?: string;
  /** Nothing is wrong: `fix` is what could be done. */
  optional?: boolean;
}

/** Whether there is something to put right. */
export function isWrong({ fix, optional = false }: Finding): boolean {
  return fix !== undefined && !optional;
}

/**
 * Looks at one thing, with the JupyterLab that was found, if any. What it cannot see is a finding, not an error. Empty
 * when there is nothing to say.
 */
export type Check = (jupyter: JupyterEnvironment | undefined) => Finding[] | Promise<Finding[]>;
