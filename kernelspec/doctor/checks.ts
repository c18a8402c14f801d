/** What `doctor` looks at, in this order. */

import type { Check } from "./finding.js";
import { kernelEntries, pluginInstalled } from "./installed.js";
import { kernelAnswers } from "./kernel-answers.js";
import { jupyterFound, nodeVersion, packageBuilt } from "./machine.js";

export const CHECKS: readonly Check[] = [
  nodeVersion,
  packageBuilt,
  jupyterFound,
  kernelEntries,
  pluginInstalled,
  kernelAnswers,
];
