import type { MimeModel } from "@jupyterlab/notebook";
import { equalJson } from "./equal-json.js";

/** Puts what a display ended as into the notebook, unless it has that already: opening a notebook does not change it. */
export function storeOutput(
  model: MimeModel | undefined,
  mimeType: string,
  data: Record<string, unknown>,
): void {
  if (!equalJson(model?.data[mimeType], data[mimeType])) model?.setData({ data });
}
