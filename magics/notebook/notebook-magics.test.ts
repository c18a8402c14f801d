import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { NotebookSettings } from "../../kernel/evaluator/settings.js";
import { config } from "./config.js";
import { eachInNotebook, magicCases } from "./testing/magic-cases.js";

magicCases("magics that show the lines below them", [
  {
    title: "%%html",
    cells: ["%%html\n<b>it's</b>"],
    displays: [{ "text/html": "<b>it's</b>", "text/plain": "<b>it's</b>" }],
  },
  {
    title: "%%Html, as Toree writes it",
    cells: ["%%Html --isolated\n<i>"],
    displays: [{ "text/html": "<i>", "text/plain": "<i>" }],
  },
  {
    title: "%%JavaScript",
    cells: ["%%javascript\nalert(1)"],
    displays: [{ "application/javascript": "alert(1)", "text/plain": "alert(1)" }],
  },
  {
    title: "%%markdown",
    cells: ["%%markdown\n*a*\n"],
    displays: [{ "text/markdown": "*a*\n", "text/plain": "*a*\n" }],
  },
  {
    title: "%%latex without dollar signs",
    cells: ["%%latex\nx^2"],
    displays: [{ "text/latex": "$$x^2$$", "text/plain": "x^2" }],
  },
  {
    title: "%%latex with them",
    cells: ["%%latex\n$x$"],
    displays: [{ "text/latex": "$x$", "text/plain": "$x$" }],
  },
  {
    title: "%%svg",
    cells: ["%%svg\n<svg/>"],
    displays: [{ "image/svg+xml": "<svg/>", "text/plain": "<svg/>" }],
  },
]);

magicCases("%%DataFrame", [
  {
    title: "shows rows as a table",
    cells: ["%%DataFrame\n[{ a: 1, b: '<x>' }]"],
    displays: [
      {
        "application/vnd.millrace.table.v1+json": {
          title: "",
          tables: [expect.objectContaining({ rows: [{ 0: 1, 1: "<x>" }] })],
        },
        "text/html":
          "<table><thead><tr><th></th><th>a</th><th>b</th></tr></thead><tbody><tr><th>0</th><td>1</td><td>&lt;x&gt;</td></tr></tbody></table><p>1 row × 2 columns</p>",
        "text/plain": "a  b\n1  <x>",
      },
    ],
  },
  {
    title: "as CSV, and no more than wanted",
    cells: ['%%dataframe --output=csv --limit=2\nconst rows = [["a", 1], ["b, c", 2], ["d", 3]]\nrows'],
    displays: [{ "text/plain": '_1,_2\na,1\n"b, c",2' }],
    stdout: "the first 2 of 3 rows; --limit 20 shows more\n",
  },
  {
    title: "of which nobody knows how many there are",
    cells: ["%%dataframe --output=csv --limit 1\n(function* () { yield 1; yield 2; })()"],
    displays: [{ "text/plain": "value\n1" }],
    stdout: "the first 1 row; --limit 10 shows more\n",
  },
  {
    title: "with times, and values that have no JSON, as a table",
    cells: [
      "%%dataframe\nconst ring = {}; ring.ring = ring;\n[{ t: new Date(0), big: { n: 1n }, ring, list: [1, 'a'] }]",
    ],
    displays: [
      {
        "application/vnd.millrace.table.v1+json": expect.anything(),
        "text/html": expect.stringContaining("<td>1970-01-01T00:00:00.000Z</td><td>{ n: 1n }</td>"),
        "text/plain": expect.stringMatching(
          /^t +big +ring +list\n1970-01-01T00:00:00.000Z {2}\{ n: 1n \} {2}<ref \*1> \{ ring: \[Circular \*1\] \} {2}\[ 1, 'a' \]$/,
        ),
      },
    ],
  },
  {
    title: "with values that have no JSON, as CSV",
    cells: [
      "%%dataframe --output csv\nconst ring = {}; ring.ring = ring;\n[{ t: new Date(0), big: { n: 1n }, ring, list: [1, 'a'] }]",
    ],
    displays: [
      {
        "text/plain":
          't,big,ring,list\n1970-01-01T00:00:00.000Z,"{""n"":1}",<ref *1> { ring: [Circular *1] },"[1,""a""]"',
      },
    ],
  },
  {
    title: "with values that have no JSON, as JSON: these are text",
    cells: [
      "%%dataframe --output json\nconst ring = {}; ring.ring = ring;\n[{ a: 10n, ring, none: undefined, t: new Date(0) }]",
    ],
    displays: [
      {
        "application/json": [
          {
            a: 10,
            ring: "<ref *1> { ring: [Circular *1] }",
            t: "1970-01-01T00:00:00.000Z",
          },
        ],
        "text/plain": expect.stringContaining('"a": 10'),
      },
    ],
  },
  {
    title: "not for longer than it may take",
    cells: ["%%dataframe --output csv\n[{ a: { toJSON() { for (;;); } } }]"],
    error: "Error: %%DataFrame: the rows cannot be shown: code of their values is not done after 2 s",
  },
  {
    title: "as JSON whose bigints are all numbers, or all text where one is too great for a number",
    cells: ["%%dataframe --output json\n[{ n: 1n, m: new Map([['a', 2n]]) }, { n: 2n ** 64n }]"],
    displays: [
      {
        "application/json": [{ n: "1", m: [["a", "2"]] }, { n: "18446744073709551616" }],
        "text/plain": expect.stringContaining('"n": "1"'),
      },
    ],
  },
  {
    title: "as JSON",
    cells: ["%%dataframe --output json\nnew Set([1, 2])"],
    displays: [
      {
        "application/json": [{ value: 1 }, { value: 2 }],
        "text/plain": '[\n  {\n    "value": 1\n  },\n  {\n    "value": 2\n  }\n]',
      },
    ],
  },
  {
    title: "of no rows is refused",
    cells: ["%%dataframe\n5"],
    error:
      "UsageError: %%DataFrame: the code gives a number; rows are an RDD, an array or what can be iterated",
  },
  {
    title: "knows its kinds of output",
    cells: ["%%dataframe --output xml\n[]"],
    error: /--output is one of html, csv, json, not "xml"/,
  },
]);

magicCases("Toree's switches", [
  { title: "tell how they stand", cells: ["%Truncation"], stdout: "Truncation is currently on\n" },
  { title: "show types", cells: ["%ShowTypes on", "[1, 2]"], result: "number[] = [ 1, 2 ]" },
  {
    title: "hide them again",
    cells: ["%showtypes on", "%showtypes off"],
    stdout: "Types will not be printed.\n",
  },
  {
    title: "hide what cells print, and say so",
    cells: ["%ShowOutput off"],
    stdout: "Console output is now off.\n",
  },
  {
    title: "leave errors and values where output is hidden",
    cells: ["%ShowOutput off", "console.log('out'); console.error('err'); 1"],
    stderr: "err\n",
    result: "1",
  },
  {
    title: "show it again",
    cells: ["%ShowOutput off", "%ShowOutput on\nconsole.log('out')"],
    stdout: "Console output is now on.\nout\n",
  },
  {
    title: "show long values in part",
    cells: ["Array.from({ length: 150 }, (_, i) => i)"],
    result: /50 more items/,
  },
  {
    title: "show them whole",
    cells: ["%Truncation off", "Array.from({ length: 150 }, (_, i) => i)"],
    result: /149\n\]$/,
  },
  {
    title: "are on or off",
    cells: ["%Truncation of"],
    error: /<state> is one of on, off, not "of"/,
  },
]);

test("%config completes the settings that there are, with each of their values", () => {
  const [assignment] = config.params;
  const { list } = new NotebookSettings();
  expect(assignment.suggestions).toEqual(
    list.flatMap(({ name, choices }) => choices.map((choice) => `${name}=${choice}`)),
  );
});

magicCases("%config", [
  { title: "gives a setting", cells: ["const t = %config truncation\nt"], result: "'on'" },
  { title: "sets it", cells: ["%config showTypes=on", "1"], result: "number = 1" },
  {
    title: "lists all",
    cells: ["%config"],
    result: /^Settings of the notebook\n\n.*\nautoreload +off \(or on\) +changed/,
  },
  {
    title: "knows near names",
    cells: ["%config showType=on"],
    error: "UsageError: %config: there is no setting showType; did you mean showTypes?",
  },
  {
    title: "knows what may be set",
    cells: ["%config truncation=maybe"],
    error: 'UsageError: %config: truncation is one of on, off, not "maybe"',
  },
]);

magicCases("%who and %whos", [
  {
    title: "name no variable where there is none",
    cells: ["%who"],
    stdout: "No cell has declared a variable.\n",
  },
  { title: "name variables", cells: ["const b = 1, a = 'x'", "%who"], stdout: "a\tb\n" },
  {
    title: "leave out a type that was imported as if it were a value",
    cells: [
      "require('node:fs').writeFileSync('types.ts', 'export interface T { x: number }');",
      "import { T } from './types.ts'\nconst t: T = { x: 1 }",
      "%who",
    ],
    stdout: "t\n",
  },
  {
    title: "name those of a type",
    cells: ["const b = 1, a = 'x', c = [1]", "%who string number[]"],
    stdout: "a\tc\n",
  },
  {
    title: "name none of a type",
    cells: ["const b = 1", "%who Map"],
    stdout: "No variable is of such a type.\n",
  },
  { title: "give names to code", cells: ["const b = 1", "const names = %who\nnames"], result: "[ 'b' ]" },
  {
    title: "show types and values",
    cells: [
      "class P {}\nconst p = new P(), m = new Map([['a', [1]]]), f = () => 1, s = 'x'.repeat(100)",
      "%whos",
    ],
    result:
      /^5 variables\n\nvariable +type +value\nP +typeof P +\[class P\]\nf +Function +\[Function.*\]\nm +Map<string, number\[\]> +Map\(1\) \{.*\}\np +P +P \{\}\ns +string +'x{60}…'$/,
  },
]);

magicCases("%reset", [
  { title: "takes variables away", cells: ["const a = 1", "%reset -f", "typeof a"], result: "'undefined'" },
  {
    title: "keeps what its own cell declares",
    cells: ["%reset -f\nvar a = 1\nlet b = 2", "a + b"],
    result: "3",
  },
]);

magicCases(
  "%env, %cd and %pwd",
  [
    { title: "set a variable", cells: ["%env MILLRACE_TEST = a b"], stdout: "env: MILLRACE_TEST=a b\n" },
    {
      title: "give it to code",
      cells: ["%env MILLRACE_TEST x", "const x = %env MILLRACE_TEST\nx"],
      result: "'x'",
    },
    { title: "give it to commands", cells: ["%env MILLRACE_TEST=y", "!echo $MILLRACE_TEST"], stdout: "y\n" },
    {
      title: "hide secrets",
      cells: ["%env MILLRACE_API_KEY=abc"],
      stdout: "env: MILLRACE_API_KEY=<hidden>\n",
    },
    {
      title: "hide secrets in the list of all",
      cells: ["%env MILLRACE_API_KEY=abc", "const all = %env\nall.MILLRACE_API_KEY"],
      result: "'<hidden>'",
    },
    {
      title: "say what is not there",
      cells: ["%env MILLRACE_TEST=1", "%env MILLRACE_TSET"],
      error:
        "UsageError: %env: the environment has no variable MILLRACE_TSET; did you mean MILLRACE_TEST? %env MILLRACE_TSET=value makes it",
    },
    {
      title: "say that there is none like it",
      cells: ["%env MILLRACE_NOBODY"],
      error:
        "UsageError: %env: the environment has no variable MILLRACE_NOBODY; %env MILLRACE_NOBODY=value makes it",
    },
    { title: "give the working directory", cells: ["%pwd"], result: "'FOLDER'" },
    { title: "change it", cells: ["%cd data"], stdout: "FOLDER/data\n" },
    { title: "go back", cells: ["%cd -q data", "%cd -"], stdout: "FOLDER\n" },
    { title: "go home", cells: ["%cd -q", "%pwd"], result: `'${homedir()}'` },
    {
      title: "leave imports where they are",
      cells: ["%cd -q data", "import { n } from './n.ts'\nn"],
      result: "7",
    },
    { title: "take a name with blanks", cells: ['%cd "a b"'], stdout: "FOLDER/a b\n" },
    {
      title: "say that there is no such folder",
      cells: ["%cd nowhere"],
      error: "UsageError: %cd: FOLDER/nowhere cannot be the working directory: there is no such folder",
    },
  ],
  { "data/x.txt": "", "a b/x.txt": "", "n.ts": "export const n = 7;" },
);

magicCases("%history, %rerun, %save and %load", [
  { title: "print what was run", cells: ["1 + 1", "let a = 2", "%history"], stdout: "1 + 1\nlet a = 2\n" },
  { title: "with numbers and results", cells: ["1 + 1", "%history -no"], stdout: "1/1: 1 + 1\n2\n" },
  { title: "with numbers, with results", cells: ["1 + 1", "%history -n -o"], stdout: "1/1: 1 + 1\n2\n" },
  { title: "of some cells", cells: ["1", "2", "3", "4", "%history 2-3 4:5"], stdout: "2\n3\n4\n" },
  {
    title: "of a pattern, once each",
    cells: ["f = 1", "f = 1", "g = 2", "%history -u -g f"],
    stdout: "f = 1\n",
  },
  { title: "of what has a text in it", cells: ["fog = 1", "g = 2", "%history -g og"], stdout: "fog = 1\n" },
  { title: "of the last", cells: ["1", "2", "3", "%history -l 2"], stdout: "2\n3\n" },
  {
    title: "know what names cells",
    cells: ["%history x"],
    error: 'UsageError: "x" names no cells: write 4, 4-6, 4:7, ~1/3 or ~2/',
  },
  {
    title: "run again what was run",
    cells: ["let n = 1", "n = n * 2", "%rerun", "n"],
    result: "4",
  },
  {
    title: "show what they run, and its value",
    cells: ["6 * 7", "%rerun 1"],
    stdout: "=== Executing: ===\n6 * 7\n=== Output: ===\n",
    displays: [{ "text/plain": "42" }],
  },
  {
    title: "say that there is no such input",
    cells: ["%rerun 9"],
    error: "UsageError: %rerun: there is no such input; those that are a %rerun are left out",
  },
  {
    title: "run again what was run, as often as they are asked",
    cells: ["let n = 1", "n = n * 2", "%rerun", "%rerun", "%rerun -l 3", "n"],
    result: "16",
  },
  {
    title: "run no %rerun by its number either",
    cells: ["let n = 1", "n = n * 2", "%rerun 1-4", "const shown = %rerun 2", "%rerun 3-4"],
    error: "UsageError: %rerun: there is no such input; those that are a %rerun are left out",
  },
  {
    title: "run again the latest match of a pattern",
    cells: ["let n = 1", "n = n + 10", "n = n + 1", "%rerun -g n", "%rerun -g n", "n"],
    result: "14",
  },
  {
    title: "run again so many matches of a pattern",
    cells: ["let n = 1", "n = n + 10", "n = n + 1", "%rerun -g n -l 2", "n"],
    result: "23",
  },
  { title: "save", cells: ["const a = 1", "a", "%save steps 1-2"], stdout: "wrote 2 inputs: steps.ts\n" },
  {
    title: "replace no file unasked",
    cells: ["1", "%save -f steps", "%save steps 1"],
    error: "UsageError: %save: steps.ts is there already: -f replaces it, -a adds to it",
  },
  {
    title: "say that there is no such folder",
    cells: ["1", "%save no/steps 1"],
    error: "UsageError: %save: there is no folder no in FOLDER; !mkdir -p no makes it",
  },
  {
    title: "say what is a folder",
    cells: ["!mkdir -p there.ts", "%history -f there.ts"],
    error: "UsageError: %history: there.ts is a folder; name a file in it",
  },
  {
    title: "load what was saved",
    cells: ["const a = 1", "a", "%save steps 1-2", "%load steps.ts"],
    payload: [{ source: "set_next_input", text: "// %load steps.ts\nconst a = 1\n\na", replace: true }],
  },
  {
    title: "load earlier cells",
    cells: ["1", "2", "%load 1-2"],
    payload: [{ source: "set_next_input", text: "// %load 1-2\n1\n2", replace: true }],
  },
  {
    title: "load some lines",
    cells: ["%%writefile a.ts\n1\n2\n3\n4", "%load -r 1-2,4 a.ts"],
    payload: [{ source: "set_next_input", text: "// %load a.ts\n1\n2\n4", replace: true }],
  },
  {
    title: "say that there is no such file",
    cells: ["%load nowhere.ts"],
    error: "UsageError: %load: there is no file nowhere.ts in FOLDER, and no input of that number",
  },
]);

magicCases("%%writefile", [
  { title: "writes", cells: ["%%writefile a.txt\none\ntwo"], stdout: "Writing a.txt\n" },
  {
    title: "writes again",
    cells: ["%%writefile a.txt\n1", "%%writefile a.txt\n2"],
    stdout: "Overwriting a.txt\n",
  },
  {
    title: "adds",
    cells: ["%%writefile a.txt\n1", "%%writefile -a a.txt\n2", "!cat a.txt"],
    stdout: "1\n2\n",
  },
  {
    title: "says why it cannot",
    cells: ["%%writefile no/a.txt\n1"],
    error: "UsageError: %%writefile: there is no folder no in FOLDER; !mkdir -p no makes it",
  },
]);

magicCases("%%capture", [
  {
    title: "knows what a variable may be called",
    cells: ["%%capture 1x\n1"],
    error: "UsageError: %%capture: 1x cannot be the name of a variable",
  },
  {
    title: "keeps what is printed",
    cells: [
      "%%capture shown\nconsole.log('out'); console.error('err')",
      "[shown.stdout, shown.stderr, shown.outputs]",
    ],
    result: "[ 'out\\n', 'err\\n', [] ]",
  },
  { title: "shows none of it", cells: ["%%capture\nconsole.log(1); display(2); 3"] },
  {
    title: "keeps displays and the value",
    cells: ["%%capture shown\ndisplay.html('<b>'); 6 * 7", "shown.outputs.map(o => o.data['text/plain'])"],
    result: "[ '<b>', '42' ]",
  },
  {
    title: "shows one again",
    cells: ["%%capture shown\ndisplay.html('<b>');", "shown.outputs[0]"],
    result: "<b>",
  },
  {
    title: "shows all again",
    cells: ["%%capture shown\nconsole.log('out'); 5", "shown.show()"],
    stdout: "out\n",
    displays: [{ "text/plain": "5" }],
  },
  {
    title: "leaves what is not wanted",
    cells: ["%%capture shown --no-stderr --no-display\nconsole.log('out'); console.error('err'); 5"],
    stderr: "err\n",
    displays: [{ "text/plain": "5" }],
  },
  {
    title: "keeps the output of commands",
    cells: ["%%capture shown\n!echo out", "shown.stdout"],
    result: "'out\\n'",
  },
  {
    title: "keeps what was shown before an error",
    cells: ["%%capture shown\nconsole.log('out'); nothing"],
    error: "ReferenceError: nothing is not defined",
  },
  {
    title: "and has it in its variable",
    cells: ["%%capture shown\nconsole.log('out'); nothing", "shown.stdout"],
    result: "'out\\n'",
  },
  { title: "ends with its cell", cells: ["%%capture shown\n1", "console.log('seen')"], stdout: "seen\n" },
]);

describe("a display that %%capture kept", () => {
  const open = eachInNotebook();

  test("is shown again with its metadata, by itself and with the others", async () => {
    const size = { "image/png": { width: 7 } };
    await open.notebook.run(
      `%%capture shown\ndisplay({ "image/png": "" }, { raw: true, metadata: ${JSON.stringify(size)} })`,
    );
    const shown = await open.notebook.run("display(shown.outputs[0]); shown.show()");
    expect(shown.displays).toMatchObject([{ metadata: size }, { metadata: size }]);
  });
});

magicCases(
  "%autoreload",
  [
    {
      title: "on, imports what has changed before each cell",
      cells: [
        "import { n } from './n.ts'\nimport * as all from './n.ts'\n%autoreload on",
        "%%writefile n.ts\nexport const n = 2;",
        "[n, all.n]",
      ],
      result: "[ 2, 2 ]",
    },
    {
      title: "off, leaves it",
      cells: ["import { n } from './n.ts'", "%%writefile n.ts\nexport const n = 2;", "n"],
      result: "1",
    },
    {
      title: "alone, imports it once",
      cells: ["import { n } from './n.ts'", "%%writefile n.ts\nexport const n = 2;", "%autoreload\nn"],
      stdout: "imported again: ./n.ts\n",
      result: "2",
    },
    {
      title: "says that nothing has changed",
      cells: ["import { n } from './n.ts'", "%autoreload"],
      stdout: "no module has changed\n",
    },
    {
      title: "keeps a module that is broken, and says so",
      cells: ["import { n } from './n.ts'\n%autoreload 2", "%%writefile n.ts\nexport const n = ;", "n"],
      stderr: /^autoreload: \.\/n\.ts stays as it was: .*n\.ts:1:18\)\n$/,
      result: "1",
    },
  ],
  { "n.ts": "export const n = 1;" },
);

magicCases("%connect_info", [
  {
    title: "says how to connect, without the key",
    cells: ["%connect_info"],
    stdout: `  shell   tcp://127.0.0.1:1
  iopub   tcp://127.0.0.1:2
  stdin   tcp://127.0.0.1:3
  control tcp://127.0.0.1:4
  hb      tcp://127.0.0.1:5

The connection file is /run/user/1000/jupyter/runtime/kernel-1.json; it holds a key: keep it to yourself.
On this machine, connect with:  jupyter console --existing kernel-1.json
`,
  },
]);

describe("%connect_info of a kernel over ipc", () => {
  const open = eachInNotebook({}, { transport: "ipc", ip: "/run/kernel" });

  test("names its sockets as they are called", async () => {
    const { stdout } = await open.notebook.run("%connect_info");
    expect(stdout).toMatch(/^ {2}shell {3}ipc:\/\/\/run\/kernel-1\n/);
  });
});

magicCases(
  "%export",
  [
    {
      title: "writes the cells run so far",
      cells: ["const a: number = 1", "a", "%export p.ts", "!cat p.ts"],
      stdout:
        /^\/\/ the cells run so far as a program: .*ts-node p\.ts\n[\s\S]*const a: number = 1;\n\n {2}await show\(a\);\n/,
    },
    {
      title: "writes a notebook",
      cells: ["%export p --notebook n.ipynb", "!cat p.ts"],
      stdout: /n\.ipynb as a program[\s\S]*\/\/ # Title\n\n {2}await show\(6 \* 7\);/,
    },
    {
      title: "replaces no file unasked",
      cells: ["%%writefile p.ts\n1", "%export p.ts"],
      error: "UsageError: %export: p.ts is there already: -f replaces it",
    },
    {
      title: "says that there is no such folder",
      cells: ["%export no/p --notebook n.ipynb"],
      error: "UsageError: %export: there is no folder no in FOLDER; !mkdir -p no makes it",
    },
    {
      title: "says that there is no such notebook",
      cells: ["%export p --notebook no.ipynb"],
      error: "UsageError: %export: there is no notebook FOLDER/no.ipynb",
    },
  ],
  {
    "n.ipynb": JSON.stringify({
      nbformat: 4,
      cells: [
        { cell_type: "markdown", source: ["# Title"] },
        { cell_type: "code", source: "6 * 7" },
      ],
    }),
  },
);

const SHOUT = `import type { Magic } from "millrace/notebook";
export const shout: Magic = {
  name: "shout", kinds: ["line", "cell"], summary: "Says it loudly.",
  params: [{ kind: "positional", name: "text", type: "line", help: "what to say" }],
  run: ({ args, body }) => String(body ?? args.text).toUpperCase() + "!",
};
export default shout;
export const other = 5;
`;

magicCases(
  "plug-ins",
  [
    { title: "are loaded from a file", cells: ["%load_ext ./shout.ts"], stdout: "loaded %shout, %%shout\n" },
    {
      title: "have values",
      cells: ["%load_ext ./shout.ts", "const a = %shout hello you\na"],
      result: "'HELLO YOU!'",
    },
    {
      title: "have help",
      cells: ["%load_ext ./shout.ts", "%help shout"],
      stdout: /^Says it loudly\.\n\nUsage:\n {2}%shout \[<text>\]/,
    },
    {
      title: "are listed",
      cells: ["%load_ext ./shout.ts", "%lsmagic"],
      stdout: /%shout, %%shout +Says it loudly\./,
    },
    { title: "are loaded with %AddJar", cells: ["%AddJar shout.ts --magic", "%shout a"], result: "'A!'" },
    {
      title: "are read anew when they have changed",
      cells: [
        "%load_ext ./shout.ts",
        "!sed -i 's/shout\"/cry\"/' shout.ts",
        "%load_ext ./shout.ts",
        "%cry a",
      ],
      result: "'A!'",
    },
    {
      title: "that have changed have no magic any more that they had",
      cells: [
        "%load_ext ./shout.ts",
        "!sed -i 's/shout\"/cry\"/' shout.ts",
        "%load_ext ./shout.ts",
        "%shout a",
      ],
      error: /^SyntaxError: there is no magic %shout/,
    },
    {
      title: "that have a magic of one that was loaded before say which that was",
      cells: ["%load_ext ./shout.ts", "!cp shout.ts again.ts", "%load_ext ./again.ts"],
      error:
        "UsageError: ./again.ts has a magic %shout, and so has ./shout.ts, which was loaded before; give one of them another name, and load that again",
    },
    {
      title: "are known by near names",
      cells: ["%load_ext ./shout.ts", "%shuot a"],
      error: /did you mean %shout\?/,
    },
    {
      title: "are there for the rest of their cell",
      cells: ["%load_ext ./shout.ts\nconst a = %shout b\na"],
      stdout: "loaded %shout, %%shout\n",
      result: "'B!'",
    },
    {
      title: "are known by near names there as well",
      cells: ["%load_ext ./shout.ts\n%shuot a"],
      stdout: "loaded %shout, %%shout\n",
      error: "UsageError: there is no magic %shuot; did you mean %shout?",
    },
    {
      title: "that bring nothing are refused",
      cells: ["%load_ext ./n.ts"],
      error:
        'UsageError: ./n.ts exports no magic: it exports n; a magic is made by defineMagic of "millrace/notebook"',
    },
    {
      title: "that take a name of the kernel's are refused",
      cells: ["%load_ext ./time.ts"],
      error:
        "UsageError: ./time.ts has a magic %Time, and there is one of that name already; give it another",
    },
    {
      title: "of which two have one name are refused",
      cells: ["%load_ext ./twins.ts"],
      error: "UsageError: ./twins.ts has two magics named %B",
    },
    {
      title: "that are not whole are refused",
      cells: ["%load_ext ./half.ts"],
      error:
        "UsageError: what ./half.ts exports as half is no magic: its parameter 1 must have a `kind` (positional, option or flag), a `name` and a `help`",
    },
    {
      title: "that are there already need not be loaded",
      cells: ["%load_ext autoreload"],
      stdout: "%autoreload is there already\n",
    },
  ],
  {
    "shout.ts": SHOUT,
    "n.ts": "export const n = 1;",
    "time.ts": 'export const t = { name: "Time", kinds: ["line"], summary: "", params: [], run() {} };',
    "twins.ts": `const magic = { kinds: ["line"], summary: "", params: [], run() {} };
      export const a = { ...magic, name: "b" }, b = { ...magic, name: "B" };`,
    "half.ts":
      'export const half = { name: "half", kinds: ["line"], summary: "", params: [{ name: "a" }], run() {} };',
  },
);

magicCases(
  "%AddJar",
  [
    {
      title: "says how a module is imported",
      cells: ["%AddJar lib/n.ts"],
      stdout: 'import it from "./lib/n.ts"\n',
    },
    {
      title: "says that there is no such file",
      cells: ["%AddJar no.ts"],
      error: "UsageError: %AddJar: there is no file FOLDER/no.ts",
    },
    {
      title: "asks npm for no tarball that is not there",
      cells: ["%AddJar ./no.tgz"],
      error: "UsageError: %AddJar: there is no file FOLDER/no.tgz",
    },
    {
      title: "says why an address on the web cannot be reached",
      cells: ["%AddJar http://127.0.0.1:1/m.ts"],
      error: /^UsageError: %AddJar: http:\/\/127\.0\.0\.1:1\/m\.ts cannot be reached: .+/,
    },
    {
      title: "says that a file was not downloaded, since it is there",
      cells: ["%AddJar http://127.0.0.1:1/lib/../n.ts"],
      stdout:
        'n.ts is in the notebook\'s folder already; -f downloads it again, in its place\nimport it from "./n.ts"\n',
    },
    {
      title: "knows what it takes",
      cells: ["%AddJar a.jar"],
      error: "UsageError: %AddJar: a.jar is neither a tarball (.tgz) nor a module (.ts, .js)",
    },
  ],
  { "lib/n.ts": "export const n = 1;", "n.ts": "export const n = 2;" },
);

describe("%npm", () => {
  const open = eachInNotebook({
    "greeter/package.json": JSON.stringify({
      name: "greeter",
      version: "1.0.0",
      main: "index.js",
      scripts: { install: "echo ran > ../../ran.txt" },
    }),
    "greeter/index.js": "exports.greet = (name) => 'hello ' + name;",
  });

  test("installs a package into the notebook's folder, without running its scripts, and says so", async () => {
    await open.notebook.run("!npm pack ./greeter --silent");
    const installed = await open.notebook.run("%npm install ./greeter-1.0.0.tgz");
    expect(installed.error).toBeUndefined();
    expect(installed.stdout).toContain("not run: the install scripts of greeter; should it not work");
    expect(existsSync(join(open.folder, "ran.txt"))).toBe(false);
    const { result } = await open.notebook.run("import { greet } from 'greeter'\ngreet('you')");
    expect(result?.["text/plain"]).toBe("'hello you'");
  });

  test("says what npm said when it fails", async () => {
    const { error } = await open.notebook.run("%npm install ./nowhere");
    expect(error?.ename).toBe("CommandError");
    expect(error?.evalue).toMatch(
      /^npm install --ignore-scripts \.\/nowhere ended with status \d+:\nnpm error/,
    );
  });

  test("with %AddJar makes a tarball a package, and says its name", async () => {
    await open.notebook.run("!npm pack ./greeter --silent");
    await open.notebook.run("%AddDeps ./greeter-1.0.0.tgz");
    expect((await open.notebook.run("%AddJar ./greeter-1.0.0.tgz")).stdout).toContain(
      'import it from "greeter"',
    );
    const { dependencies } = JSON.parse(readFileSync(join(open.folder, "package.json"), "utf8"));
    expect(dependencies).toEqual({ greeter: "file:greeter-1.0.0.tgz" });
  });
});

describe("beside another kernel, whose inputs are in the history too", () => {
  const open = eachInNotebook();
  const ofAnother = () =>
    open.notebook.history.push({ session: 2, line: 3, input: "'of another'", output: undefined });

  test.each([
    ["%rerun", "=== Executing: ===\n'mine'\n=== Output: ===\n"],
    ["%history", "1\n'mine'\n"],
    ["%history -l 2", "'mine'\n'of another'\n"],
  ])("%s leaves out its own cell and none of the other's", async (code, stdout) => {
    await open.notebook.run("1");
    await open.notebook.run("'mine'");
    const ran = open.notebook.run(code);
    ofAnother();
    expect((await ran).stdout).toBe(stdout);
  });
});

describe("%reset", () => {
  const open = eachInNotebook();

  test.each([
    ["y", "", "'undefined'"],
    ["", "Nothing done.\n", "'number'"],
  ])("asks, and %j is an answer", async (answer, stdout, kind) => {
    await open.notebook.run("const a = 1");
    const asked = open.notebook.next((message) => message.type === "input");
    const ran = open.notebook.run("%reset");
    await asked;
    open.notebook.send({ type: "inputReply", request: 1, value: answer });
    expect((await ran).stdout).toBe(stdout);
    expect((await open.notebook.run("typeof a")).result?.["text/plain"]).toBe(kind);
  });

  test("cannot ask where nobody is", async () => {
    const { error } = await open.notebook.run("%reset", { allowStdin: false });
    expect(error?.evalue).toContain("allows no input");
  });

  test("gives names that every cell has their first meaning again", async () => {
    const { scope } = open.notebook.evaluator.notebook;
    scope.give({ given: { value: "first", configurable: true, writable: true } });
    await open.notebook.run("const given = 'mine'");
    await open.notebook.run("%reset -f");
    expect((await open.notebook.run("given")).result?.["text/plain"]).toBe("'first'");
  });

  test("tells the front, so that nothing is completed that is gone", async () => {
    await open.notebook.run("%reset -f");
    expect(open.notebook.messages.map(({ message }) => message.type)).toContain("forgotten");
  });
});
