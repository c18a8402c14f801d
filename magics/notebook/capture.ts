import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { CapturedOutput, NotebookAccess } from "../../kernel/magic/notebook-access.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";

/** `%%capture shown`: what the code below shows goes into a variable instead. */
export const capture = defineMagic({
  name: "capture",
  kinds: ["cell"],
  summary:
    "Runs the code below and keeps what it shows instead of showing it. What a running stream shows is not the cell's.",
  params: [
    {
      kind: "positional",
      name: "variable",
      makesVariable: true,
      help: "variable that gets it: an object with stdout, stderr, outputs and show(); without one it is dropped",
    },
    { kind: "flag", name: "no-stdout", help: "shows what is written to stdout" },
    { kind: "flag", name: "no-stderr", help: "shows what is written to stderr" },
    { kind: "flag", name: "no-display", help: "shows what is displayed" },
  ],
  body: "code",
  examples: ['%%capture shown\nconsole.log("kept")'],
  async run({ args, body = "" }, host) {
    const { notebook } = host;
    checkName(args.variable);
    const kept = notebook.capture({
      stdout: !args["no-stdout"],
      stderr: !args["no-stderr"],
      displays: !args["no-display"],
    });
    try {
      await notebook.showValue(await notebook.evaluate(`\n${body}`));
    } finally {
      const captured = kept();
      if (args.variable !== undefined) notebook.assign(args.variable, new CapturedCell(captured, notebook));
    }
  },
});

function checkName(name: string | undefined): void {
  if (name !== undefined && !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    throw new MagicUsageError(`%%capture: ${name} cannot be the name of a variable`);
}

/** What a cell would have shown. */
class CapturedCell {
  readonly stdout: string;
  readonly stderr: string;
  /** Each can be displayed again by itself. */
  readonly outputs: readonly CapturedDisplay[];
  readonly #captured: CapturedOutput;
  readonly #notebook: NotebookAccess;

  constructor(captured: CapturedOutput, notebook: NotebookAccess) {
    this.stdout = captured.stdout;
    this.stderr = captured.stderr;
    this.outputs = captured.outputs.map(({ data, metadata }) => new CapturedDisplay(data, metadata));
    this.#captured = captured;
    this.#notebook = notebook;
  }

  /** Shows all of it in the cell that runs now. */
  show(): void {
    this.#notebook.showCaptured(this.#captured);
  }
}

type Output = CapturedOutput["outputs"][number];

/** One display: its MIME bundle, and what front ends are told of it (the size of an image). */
class CapturedDisplay {
  constructor(
    readonly data: Output["data"],
    readonly metadata: Output["metadata"],
  ) {}

  [Symbol.for("Jupyter.display")]() {
    return [this.data, this.metadata];
  }
}
