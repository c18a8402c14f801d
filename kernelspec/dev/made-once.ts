/** What is made once for servers, and kept in the cache: jars, formatted folders, archives of classes. */

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../cache-folder.js";

/** Where it is, or will be. @param name with the version: another version is another one */
export function keptAt(name: string): string {
  return join(cacheFolder(), "jars", name);
}

/**
 * A folder of the cache, made when it is missing. It appears whole: several processes may ask at a time.
 * @param make makes it at the path it is given, in a folder that goes
 * @returns its path
 */
export async function madeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const kept = keptAt(name);
  if (existsSync(kept)) return kept;
  mkdirSync(dirname(kept), { recursive: true });
  const making = mkdtempSync(`${kept}.making-`);
  const made = join(making, basename(kept));
  try {
    await make(made);
    renameSync(made, kept);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(kept)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return kept;
}
