/** What stands below `%%plot`: a Vega-Lite specification as JSON, or TypeScript that gives one. */

import { StreamError } from "../../runtime/stream-error.js";

/** What a function in the body is called with. */
export interface SpecInput {
  /** Name of the stream. */
  stream: string;
  /** Rows of the last batch as the chart reads them; empty before the first. */
  rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The specification that a body stands for; a function in it is called with the rows there are.
 * @param evaluate runs code as part of the cell
 * @throws StreamError RT_PLOT_SPEC for an empty body; what the code throws
 */
export async function bodySpec(
  body: string,
  input: SpecInput,
  evaluate: (code: string) => Promise<unknown>,
): Promise<unknown> {
  if (body.trim() === "")
    throw new StreamError("RT_PLOT_SPEC", "%%plot takes a Vega-Lite specification in the lines below it");
  const value = asJson(body) ?? (await evaluate(asExpression(body)));
  return typeof value === "function" ? value(input) : value;
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // it is TypeScript, or says there what is wrong with it
  }
}

/** In parentheses an object literal is no block of statements. */
function asExpression(body: string): string {
  return /^\s*\{/.test(body) ? `(${body}\n)` : body;
}
