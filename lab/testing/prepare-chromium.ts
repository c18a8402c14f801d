/** Before the tests that need a browser: installing one takes longer than a hook of theirs may. */

import { ensureChromium } from "./chromium.js";

/** What is missing is said here; the tests that need it then fail with the same sentence. */
export function setup(): void {
  try {
    ensureChromium();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
