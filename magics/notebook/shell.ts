import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicCall, MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { runCommand } from "./run-command.js";

/** Longest part of a command that stands in a message. */
const SHOWN_UNITS = 60;

/** `%sh ls`, `%%sh`, and what `!ls` stands for. */
export const sh = defineMagic({
  name: "sh",
  kinds: ["line", "cell"],
  summary:
    "Runs a shell command, or the lines below as a shell script, in the working directory. `!command` is the same.",
  params: [
    {
      kind: "positional",
      name: "command",
      type: "line",
      help: "the command; of %%sh, what the script finds as $1, $2 …",
    },
  ],
  valueType: "string[]",
  examples: ["!ls -l", "files = !ls *.csv", '%%sh\nfor f in *.csv; do wc -l "$f"; done'],
  run: ({ args, body, assigned }, host) => run("sh", args.command, { body, assigned }, host),
});

export const bash = defineMagic({
  name: "bash",
  kinds: ["line", "cell"],
  summary: "Runs a command, or the lines below as a script, in bash, in the working directory.",
  params: [
    {
      kind: "positional",
      name: "command",
      type: "line",
      help: "the command; of %%bash, what the script finds as $1, $2 …",
    },
  ],
  valueType: "string[]",
  examples: ['%%bash\nset -euo pipefail\necho "$(date)"'],
  run: ({ args, body, assigned }, host) => run("bash", args.command, { body, assigned }, host),
});

type Written = Pick<MagicCall, "body" | "assigned">;

/** What it prints streams into the cell; assigned, what it writes to stdout is the value instead: an array of lines. */
async function run(
  shell: string,
  command: string | undefined,
  { body, assigned }: Written,
  host: MagicHost,
): Promise<string[] | undefined> {
  const script = body ?? command;
  if (script === undefined || script.trim() === "")
    throw new MagicUsageError(`%${shell}: there is no command (%${shell} -h shows its use)`);
  const words = body === undefined ? [] : (command ?? "").split(/\s+/).filter((word) => word !== "");
  let captured = "";
  const write: MagicHost["write"] = (name, text) => {
    if (assigned && name === "stdout") captured += text;
    else host.write(name, text);
  };
  const what = body === undefined ? `the command ${shortened(script)}` : `the ${shell} script`;
  const args = ["-c", script, shell, ...words];
  await runCommand({ file: shell, args }, what, { write, signal: host.signal });
  return assigned ? linesOf(captured) : undefined;
}

function shortened(command: string): string {
  return command.length <= SHOWN_UNITS ? command : `${command.slice(0, SHOWN_UNITS)}…`;
}

/** Without the empty one after the last line break. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
