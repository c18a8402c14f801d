/** stream: text of stdout or stderr, on iopub. */

import type { Outgoing } from "./message.js";

export type StreamName = "stdout" | "stderr";

/** Front ends append it to the text of the same name before it. */
export function stream(name: StreamName, text: string): Outgoing {
  return { type: "stream", content: { name, text } };
}
