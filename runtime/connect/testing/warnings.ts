/** What a program is warned of, for the tests of a file. */

import { afterEach, beforeEach } from "vitest";

/** @returns the texts of the test that runs, from its beginning on; one array, which each test begins empty */
export function testWarnings(): string[] {
  const warnings: string[] = [];
  const warned = (warning: Error) => warnings.push(warning.message);
  beforeEach(() => {
    warnings.length = 0;
    process.on("warning", warned);
  });
  afterEach(() => {
    process.off("warning", warned);
  });
  return warnings;
}
