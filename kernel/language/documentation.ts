/** JSDoc as markdown and as plain text. */

import type ts from "typescript";
import { widen } from "./narrow-text.js";

/** The same thing said twice; both empty when there is nothing to say. */
export interface Prose {
  markdown: string;
  text: string;
}

/** A signature, type or piece of source. */
export function codeBlock(code: string): Prose {
  return { markdown: `\`\`\`typescript\n${code}\n\`\`\``, text: code };
}

/** Text that is already fit for both. */
export function paragraph(text: string): Prose {
  return { markdown: text, text };
}

/** Help written for a terminal: kept as it is. */
export function preformatted(text: string): Prose {
  return { markdown: `\`\`\`text\n${text}\n\`\`\``, text };
}

/** Parts one below the other, empty ones left out. */
export function stack(parts: readonly Prose[]): Prose {
  const join = (texts: string[]): string => texts.filter((text) => text !== "").join("\n\n");
  return { markdown: join(parts.map((part) => part.markdown)), text: join(parts.map((part) => part.text)) };
}

/** The description of a symbol and its tags. */
export function documentation(
  description: readonly ts.SymbolDisplayPart[] | undefined,
  tags: readonly ts.JSDocTagInfo[] | undefined,
): Prose {
  return stack([paragraph(plain(description)), ...(tags ?? []).map(tagLine)]);
}

function tagLine({ name, text }: ts.JSDocTagInfo): Prose {
  const subject = text?.find(({ kind }) => kind === "parameterName" || kind === "typeParameterName")?.text;
  const body = plain(text);
  const rest = subject !== undefined && body.startsWith(subject) ? body.slice(subject.length) : body;
  if (name === "example") return { markdown: `*@example*\n${fenced(body)}`, text: `@example\n${body}` };
  const sentence = rest.trim().replace(/^-\s*/, "");
  const dash = sentence === "" ? "" : ` — ${sentence}`;
  const about = subject === undefined ? "" : ` ${subject}`;
  return {
    markdown: `*@${name}*${about === "" ? "" : ` \`${subject}\``}${dash}`,
    text: `@${name}${about}${dash}`,
  };
}

function fenced(example: string): string {
  return example.includes("```") ? example : `\`\`\`typescript\n${example}\n\`\`\``;
}

/** `{@link Duration | a duration}` reads "a duration". */
function plain(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  const said = (parts ?? []).filter(({ kind }) => kind !== "link").map(({ text }) => text);
  return widen(said.join("")).trim();
}
