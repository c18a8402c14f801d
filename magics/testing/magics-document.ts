/** The table of docs/magics.md, from the declarations of the magics. */

import type { MagicDeclaration } from "../../kernel/magic/help.js";

const START = "<!-- table -->\n";
const END = "<!-- end of table -->";

/** The document with its table as it ought to be. @throws Error when it has no place for one */
export function withMagicsTable(document: string, magics: readonly MagicDeclaration[]): string {
  const [before, rest] = document.split(START);
  const [, after] = rest?.split(END) ?? [];
  if (after === undefined) throw new Error(`the document has no ${START.trim()} … ${END}`);
  return `${before}${START}${magicsTable(magics)}${END}${after}`;
}

function magicsTable(magics: readonly MagicDeclaration[]): string {
  const lines = magics.map(({ name, kinds, summary }) => {
    const written = kinds.map((kind) => `\`${kind === "cell" ? "%%" : "%"}${name}\``).join(", ");
    return `| ${written} | ${summary.replaceAll("|", "\\|")} |\n`;
  });
  return `| magic | does |\n| --- | --- |\n${lines.join("")}`;
}
