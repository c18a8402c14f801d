import { CONNECTORS, OUTSIDE } from "../connect/table.js";
import { READERS } from "../operators/table.js";
import type { TaskCode } from "../pool/task-runtime.js";

/** What a task thread knows of operators and connectors. */
export const TASK_CODE: TaskCode = { readers: READERS, connectors: CONNECTORS, library: OUTSIDE };
