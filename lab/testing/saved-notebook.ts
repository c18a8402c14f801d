/** Notebook files as JupyterLab writes them. */

import { readFileSync } from "node:fs";
import { LIVE_MIME, type LiveBundle } from "../../kernel/port/live.js";
import { isLiveBundle } from "../../kernel/port/live-shape.js";
import { waitFor } from "../../kernelspec/process/wait-for.js";
import type { Notebook } from "../../kernelspec/run/notebook-file.js";

/** The notebook in `file`, as soon as the whole of it is there: the server writes it in place, and may be at it. */
export function savedNotebook(file: string): Promise<Notebook> {
  return waitFor(`the whole of ${file}`, () => whole(readFileSync(file, "utf8")), 120_000);
}

/** The live displays in a notebook's file, in their order. */
export async function savedDisplays(file: string): Promise<LiveBundle[]> {
  const { cells } = await savedNotebook(file);
  return cells
    .flatMap(({ outputs = [] }) => outputs)
    .flatMap(({ data }) => {
      const live = (data as Record<string, unknown> | undefined)?.[LIVE_MIME];
      return isLiveBundle(live) ? [live] : [];
    });
}

function whole(text: string): Notebook | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
