/** `Math.max?` as a whole cell: a question about a name, answered on a page as IPython does. No TypeScript looks like that. */

import type { CellOutcome } from "../port/evaluator.js";
import type { LanguageClient } from "./language-client.js";

export interface Introspection {
  /** A name, a path of names, or a magic with its `%`. */
  name: string;
  /** 1 for `name??`: the definition too. */
  detail: 0 | 1;
}

const NAME = String.raw`%{0,2}[\p{ID_Start}$_][\p{ID_Continue}$.-]*`;
const BEHIND = new RegExp(`^\\s*(?<name>${NAME})(?<marks>\\?{1,2})\\s*$`, "u");
const BEFORE = new RegExp(`^\\s*(?<marks>\\?{1,2})(?<name>${NAME})\\s*$`, "u");

/** The question that a cell asks, undefined when it is code. */
export function introspectionOf(code: string): Introspection | undefined {
  const { name, marks } = (BEHIND.exec(code) ?? BEFORE.exec(code))?.groups ?? {};
  return name === undefined ? undefined : { name, detail: marks === "??" ? 1 : 0 };
}

/** A page with what the language worker says of the name, as payload of the execute_reply; an error when it says nothing. */
export async function introspect(
  { name, detail }: Introspection,
  language: Pick<LanguageClient, "inspect">,
): Promise<CellOutcome> {
  const { found, text, markdown } = await language.inspect(name, name.length, detail);
  if (!found) return notFound(name);
  const page = { source: "page", start: 0, data: { "text/plain": text, "text/markdown": markdown } };
  return { status: "ok", userExpressions: {}, payload: [page] };
}

function notFound(name: string): CellOutcome {
  const evalue = `nothing is known of ${name}: it is declared in no cell that was run, and in no library`;
  return { status: "error", ename: "NameNotFound", evalue, traceback: [`NameNotFound: ${evalue}`] };
}
