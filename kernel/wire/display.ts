/** display_data, update_display_data and clear_output, on iopub. */

import type { JsonObject } from "./fields.js";
import type { Outgoing } from "./message.js";

export interface Display {
  /** mimetype → value. */
  data: JsonObject;
  metadata: JsonObject;
  /** Set: an update with the same id replaces this display. */
  displayId: string | undefined;
}

/** Shows something under the cell. */
export function displayData(display: Display): Outgoing {
  return { type: "display_data", content: content(display) };
}

/** Replaces what was shown with the same display id, in whatever cell it stands. */
export function updateDisplayData(display: Display): Outgoing {
  return { type: "update_display_data", content: content(display) };
}

/** Removes the cell's output; `wait` keeps it until the next output comes. */
export function clearOutput(wait: boolean): Outgoing {
  return { type: "clear_output", content: { wait } };
}

function content({ data, metadata, displayId }: Display): JsonObject {
  return { data, metadata, transient: displayId === undefined ? {} : { display_id: displayId } };
}
