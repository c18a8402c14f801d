import { existsSync } from "node:fs";

/**
 * File of a thread's program: beside this one when built, in dist/ when this is the source tree (tests).
 * @param name `engine`, `task`, `subprocess` or `hdfs`
 */
export function threadEntry(name: string): URL {
  const beside = new URL(`./${name}.js`, import.meta.url);
  return existsSync(beside) ? beside : new URL(`../../dist/${name}.js`, import.meta.url);
}
