import type { MagicFunction } from "../../kernel/magic/call.js";
import type { PROGRAM_MAGICS } from "../table.js";

/** The magics as functions: `%plot counts --top 20` is `await magics.plot({ counts }, { top: 20 })`. */
export type Magics = {
  readonly [Name in keyof typeof PROGRAM_MAGICS]: MagicFunction<(typeof PROGRAM_MAGICS)[Name]>;
};
