/** Where things are kept that are downloaded or made once. */

import { homedir } from "node:os";
import { join } from "node:path";
import { isCheckout, packageRoot } from "./package-root.js";

/** Where Millrace keeps what it makes for itself; MILLRACE_CACHE overrides. */
export function cacheFolder(): string {
  if (process.env.MILLRACE_CACHE) return process.env.MILLRACE_CACHE;
  if (isCheckout) return join(packageRoot, ".millrace");
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "millrace");
}
