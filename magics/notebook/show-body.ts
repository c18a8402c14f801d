/** Cell magics that show the lines below them: `%%html`, `%%markdown` and others differ in the MIME type alone. */

import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MimeBundle } from "../../kernel/port/evaluator.js";

interface BodyKind {
  name: string;
  summary: string;
  example: string;
  bundle(body: string): MimeBundle;
}

function bodyMagic({ name, summary, example, bundle }: BodyKind) {
  return defineMagic({
    name,
    kinds: ["cell"],
    summary,
    params: [],
    examples: [`%%${name}\n${example}`],
    run: ({ body = "" }, host) => host.show(bundle(body)),
  });
}

export const markdown = bodyMagic({
  name: "markdown",
  summary: "Shows the lines below as Markdown.",
  example: "**counts** by _word_",
  bundle: (body) => ({ "text/markdown": body, "text/plain": body }),
});

/** With or without dollar signs, as `display.latex`. */
export const latex = bodyMagic({
  name: "latex",
  summary: "Shows the lines below as LaTeX.",
  example: "x_n = \\frac{1}{n}\\sum_i x_i",
  bundle: (body) => ({ "text/latex": /\$|\\begin/.test(body) ? body : `$$${body}$$`, "text/plain": body }),
});

export const svg = bodyMagic({
  name: "svg",
  summary: "Shows the lines below as a picture in SVG.",
  example: '<svg width="20" height="20"><circle cx="10" cy="10" r="8"/></svg>',
  bundle: (body) => ({ "image/svg+xml": body, "text/plain": body }),
});

/** Toree's `%%JavaScript`. Front ends run it in the browser, and only in notebooks that are trusted. */
export const javascript = bodyMagic({
  name: "JavaScript",
  summary: "Runs the lines below in the browser, where the front end allows it.",
  example: 'element.append("made in the browser")',
  bundle: (body) => ({ "application/javascript": body, "text/plain": body }),
});

/** Toree's `%%Html`. */
export const html = defineMagic({
  name: "Html",
  kinds: ["cell"],
  summary: "Shows the lines below as HTML.",
  params: [
    { kind: "flag", name: "isolated", help: "in a frame of its own: its styles do not reach the notebook" },
  ],
  examples: ["%%html\n<b>bold</b>"],
  run({ args, body = "" }, host) {
    const metadata = args.isolated ? { "text/html": { isolated: true } } : {};
    host.show({ "text/html": body, "text/plain": body }, undefined, { metadata });
  },
});
