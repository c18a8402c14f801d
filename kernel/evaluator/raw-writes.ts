/** Text that cells write to the descriptors of stdout and stderr keeps its place among what they print. */

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const WRITES = ["writeSync", "writevSync", "writeFileSync", "appendFileSync"] as const;
const RAW_FDS: readonly unknown[] = [1, 2];

/** @param written called after each such write, on the cell thread */
export function watchRawWrites(written: () => void): void {
  for (const name of WRITES) {
    const write = fs[name];
    const watched = new Proxy(write, {
      apply: (target, self, args) => {
        const result: unknown = Reflect.apply(target, self, args);
        if (RAW_FDS.includes(args[0])) written();
        return result;
      },
    });
    Object.defineProperty(fs, name, { value: watched });
  }
  syncBuiltinESMExports();
}
