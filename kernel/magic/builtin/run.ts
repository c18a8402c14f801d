import { defineMagic } from "../define-magic.js";

/** `%run program.ts`: a file beside the notebook, as if it were started by itself. */
export const run = defineMagic({
  name: "run",
  kinds: ["line"],
  summary:
    "Runs a file as a program would run, each time anew; what it exports becomes variables. Of a notebook, runs the code cells here.",
  params: [
    {
      kind: "positional",
      name: "file",
      required: true,
      help: "a .ts, .tsx, .js or .ipynb file, from the notebook's folder",
    },
    { kind: "positional", name: "args", rest: true, help: "what the program finds in process.argv" },
  ],
  examples: ["%run words.ts --limit 10", "%run 01-word-count.ipynb"],
  run: ({ args }, host) => host.runFile(args.file, args.args),
});
