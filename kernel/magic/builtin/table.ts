/** The magics that any kernel has, whatever its extension is. */

import type { Magic } from "../magic.js";
import { help } from "./help.js";
import { lsmagic } from "./lsmagic.js";
import { run } from "./run.js";
import { typecheck } from "./typecheck.js";

export const BUILTIN_MAGICS: readonly Magic<unknown>[] = [help, lsmagic, run, typecheck];
