import { describe, expect, test } from "vitest";
import { eachInNotebook, magicCases } from "./testing/magic-cases.js";

magicCases("a shell command", [
  { title: "streams what it prints", cells: ["!echo out; echo err >&2"], stdout: "out\n", stderr: "err\n" },
  { title: "may stand among code", cells: ["let a = 1\n!echo $((20 + 1))\na"], stdout: "21\n", result: "1" },
  {
    title: "behind an equals sign gives its lines",
    cells: ["const lines = !printf 'a\\nb c\\n'\nlines"],
    result: "[ 'a', 'b c' ]",
  },
  { title: "gives no lines when it prints nothing", cells: ["const lines = !cd .\nlines"], result: "[]" },
  {
    title: "assigned, still shows what it complains of",
    cells: ["const lines = !echo oops >&2\nlines"],
    stderr: "oops\n",
    result: "[]",
  },
  {
    title: "has its quotes and options as they are",
    cells: ["!printf -- '-h %s' \"it's\""],
    stdout: "-h it's",
  },
  {
    title: "that fails is an error with its status",
    cells: ["!echo out; exit 3"],
    stdout: "out\n",
    error: "CommandError: the command echo out; exit 3 ended with status 3",
  },
  {
    title: "that is killed is an error with the signal",
    cells: ["!kill -TERM $$"],
    error: "CommandError: the command kill -TERM $$ was ended by SIGTERM",
  },
  {
    title: "that does not exist says so",
    cells: ["!no-such-program-here"],
    stderr: /not found/,
    error: /ended with status 127$/,
  },
  {
    title: "leaves the cells after it alone when it left a program running",
    cells: ["!sleep 60 >/dev/null 2>&1 &\n", "1"],
    result: "1",
  },
  { title: "is also written %sh", cells: ["const n = %sh echo 5\nn"], result: "[ '5' ]" },
  {
    title: "that is empty is refused",
    cells: ["%sh"],
    error: "UsageError: %sh: there is no command (%sh -h shows its use)",
  },
  {
    title: "cuts no character in two",
    cells: ["!printf 'gr\\303'; sleep 0.05; printf '\\274n'"],
    stdout: "grün",
  },
]);

magicCases("a shell script", [
  { title: "is the lines below %%sh", cells: ["%%sh\nfor i in 1 2; do\n  echo $i\ndone"], stdout: "1\n2\n" },
  {
    title: "has the words of its first line as arguments",
    cells: ["%%sh one two\necho $2 $1"],
    stdout: "two one\n",
  },
  {
    title: "in bash has bash's language",
    cells: ["%%bash\n[[ ab == a* ]] && echo $((2 ** 10))"],
    stdout: "1024\n",
  },
  {
    title: "that fails is an error with its status",
    cells: ["%%bash\nset -e\nfalse\necho never"],
    error: "CommandError: the bash script ended with status 1",
  },
]);

magicCases("a sign that looks like a command is code", [
  {
    title: "when the word is a variable",
    cells: ["const done = false", "const open = !done\nopen"],
    result: "true",
  },
  {
    title: "when the word is declared in the cell",
    cells: ["const done = 0; const open = !done\nopen"],
    result: "true",
  },
  { title: "when it is called", cells: ["const f = () => 0", "let open = !f()\nopen"], result: "true" },
  {
    title: "when the word is nobody's and is called",
    cells: ["const open = !nobody()"],
    error: "ReferenceError: nobody is not defined",
  },
  {
    title: "inside a function",
    cells: ["const f = (x) => {\n  const y = !x\n  return y\n}\nf(0)"],
    result: "true",
  },
]);

describe("an interrupt", () => {
  const open = eachInNotebook();

  test("ends a command and what it has started", async () => {
    const running = open.notebook.run("!echo $$; sleep 60; sleep 61");
    const started = await open.notebook.next((message) => message.type === "stream");
    const pid = started.type === "stream" ? Number(started.text) : 0;
    open.notebook.send({ type: "interrupt" });
    expect((await running).error?.ename).toBe("KeyboardInterrupt");
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
