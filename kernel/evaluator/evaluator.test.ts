import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { compiledName } from "../compile/notebook-names.js";
import { defineMagic } from "../magic/define-magic.js";
import type { CellError } from "../port/evaluator.js";
import type { CellHost } from "./extension.js";
import { acknowledgeInterrupt, isInterruptPending, requestInterrupt } from "./interrupt-state.js";
import { TestNotebook, type TestNotebookOptions } from "./testing/test-notebook.js";

let notebook: TestNotebook;
const open = (options?: TestNotebookOptions): TestNotebook => {
  notebook = new TestNotebook(options);
  return notebook;
};
afterEach(() => notebook.dispose());

describe("display", () => {
  test("shows values under a name, and replaces them", async () => {
    const { displays, result } = await open().run(
      "const d = display(1, { display_id: 'mine' })\nd.update([2])\nd",
    );
    expect(displays).toMatchObject([
      { data: { "text/plain": "1" }, displayId: "mine", update: false },
      { data: { "text/plain": "[ 2 ]" }, displayId: "mine", update: true },
    ]);
    expect(result).toBeUndefined();
  });

  test("shows bundles as they are", async () => {
    const code = "display({ 'text/html': '<b>' }, { raw: true, metadata: { isolated: true } });";
    const [shown] = (await open().run(code)).displays;
    expect(shown).toMatchObject({ data: { "text/html": "<b>" }, metadata: { isolated: true } });
  });

  test("has a helper for each kind of text", async () => {
    const code = `display.html("<i>"); display.svg("<svg/>"); display.markdown("*"); display.latex("x"); display.latex("$y$")
      display.png(new Uint8Array([1])); display.json({ a: [1] });`;
    expect((await open().run(code)).displays.map(({ data }) => Object.entries(data)[0])).toEqual([
      ["text/html", "<i>"],
      ["image/svg+xml", "<svg/>"],
      ["text/markdown", "*"],
      ["text/latex", "$$x$$"],
      ["text/latex", "$y$"],
      ["image/png", "AQ=="],
      ["application/json", { a: [1] }],
    ]);
  });

  test("that is still being made is waited for", async () => {
    const code = `display({ async [Symbol.for("Jupyter.display")]() { return { "text/plain": "late" } } });`;
    const { messages } = await open().run(code);
    expect(messages.map((m) => m.type)).toEqual(["display", "done"]);
  });

  test("clearOutput takes away what the cell showed", async () => {
    const { messages } = await open().run("clearOutput(); clearOutput(true);");
    expect(messages.filter((m) => m.type === "clear")).toMatchObject([{ wait: false }, { wait: true }]);
  });

  test("progress goes through items and ends complete", async () => {
    const code = `let sum = 0
for (const x of progress([1, 2, 3], { label: "<rows>" })) sum += x
for await (const x of progress((async function* () { yield 4 })())) sum += x
sum`;
    const { displays, result } = await open().run(code);
    expect(result?.["text/plain"]).toBe("10");
    expect(displays.map(({ data }) => String(data["text/plain"]).replace(/[\d.]+ s$/, ""))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^<rows> ░+ 0 % · 0 of 3, $/),
        expect.stringMatching(/^<rows> █+ 100 % · 3 of 3, $/),
        "0, ",
        "1, ",
      ]),
    );
    expect(displays[0]?.data["text/html"]).toContain("&lt;rows&gt;");
  });
});

describe("input", () => {
  test("is asked for and answered", async () => {
    open();
    const asked = notebook.next((m) => m.type === "input");
    const ran = notebook.run("await input('Name? ', { password: true })");
    expect(await asked).toMatchObject({ cell: "cell-1", prompt: "Name? ", password: true });
    notebook.send({ type: "inputReply", request: 1, value: "Ada" });
    expect((await ran).result?.["text/plain"]).toBe("'Ada'");
  });

  test.each([
    ["await prompt('Name?', 'nobody')", "", "'nobody'"],
    ["await confirm('Sure?')", "Yes", "true"],
    ["await confirm('Sure?')", "no", "false"],
  ])("%s, answered %j, is %s", async (code, value, result) => {
    open();
    const asked = notebook.next((m) => m.type === "input");
    const ran = notebook.run(code);
    await asked;
    notebook.send({ type: "inputReply", request: 1, value });
    expect((await ran).result?.["text/plain"]).toBe(result);
  });

  test("is an error when the front end allows none, or refuses", async () => {
    open();
    const { error } = await notebook.run("await input()", { allowStdin: false });
    expect(error?.evalue).toBe("this front end allows no input, so input() cannot ask");
    const asked = notebook.next((m) => m.type === "input");
    const ran = notebook.run("await input()");
    await asked;
    notebook.send({ type: "inputRefused", request: 1, reason: "nobody is there" });
    expect((await ran).error?.evalue).toBe("nobody is there");
  });

  test("that nobody awaits ends with its cell, which says so", async () => {
    open();
    await notebook.run("const unanswered = input('Name?'); unanswered.catch(() => {}); 1");
    const { error } = await notebook.run("await unanswered");
    expect(`${error?.ename}: ${error?.evalue}`).toBe(
      "Error: the cell In[1] ended before its input was answered: write await input(…)",
    );
  });

  test("ends with the cell that asked", async () => {
    open();
    const asked = notebook.next((m) => m.type === "input");
    const ran = notebook.run("await input()");
    await asked;
    notebook.send({ type: "interrupt" });
    expect((await ran).error?.ename).toBe("KeyboardInterrupt");
  });
});

describe("comms", () => {
  test("opened by a cell carry data and buffers both ways", async () => {
    open();
    await notebook.run(`const comm = comms.open("my.target", { a: 1 }); const got: unknown[] = []
comm.onMessage(m => { got.push([m.content.data, m.buffers[0]![0]]); comm.send("echo", { buffers: m.buffers }) })
comm.onClose(m => got.push("closed"))`);
    const opened = notebook.messages.find(({ message }) => message.type === "comm")?.message;
    if (opened?.type !== "comm") throw new Error("no comm was opened");
    expect(opened).toMatchObject({ event: "open", target: "my.target", data: { a: 1 }, cell: "cell-1" });
    const echoed = notebook.next((m) => m.type === "comm");
    notebook.send({ type: "comm", event: "msg", comm: opened.comm, data: { b: 2 } }, [new Uint8Array([7])]);
    expect(await echoed).toMatchObject({ event: "msg", comm: opened.comm, data: "echo" });
    expect(notebook.messages.at(-1)?.buffers).toEqual([new Uint8Array([7])]);
    notebook.send({ type: "comm", event: "close", comm: opened.comm, data: {} });
    expect((await notebook.run("got")).result?.["text/plain"]).toBe("[ [ { b: 2 }, 7 ], 'closed' ]");
    expect((await notebook.run("comm.send(1)")).error?.evalue).toContain("is closed");
  });

  test("opened by the front end reach the registered target", async () => {
    open();
    await notebook.run(`comms.register("t", (comm, m) => { comm.send(m.content.data); comm.close() })`);
    const closed = notebook.next((m) => m.type === "comm" && m.event === "close");
    notebook.send({ type: "comm", event: "open", comm: "c1", target: "t", data: { x: 1 } });
    await closed;
    expect(notebook.messages.slice(-2).map(({ message }) => message)).toMatchObject([
      { event: "msg", comm: "c1", data: { x: 1 } },
      { event: "close", comm: "c1" },
    ]);
  });

  test("that their target fails to take are closed, also for the front end", async () => {
    open();
    await notebook.run("comms.register('t', async () => { throw new Error('no room') }); const got = []");
    const closed = notebook.next((m) => m.type === "comm");
    notebook.send({ type: "comm", event: "open", comm: "c1", target: "t", data: {} });
    expect(await closed).toEqual({ type: "comm", event: "close", comm: "c1", data: {}, cell: "cell-1" });
    expect(notebook.shown("cell-1").stderr).toContain("no room");
  });

  test("of an unknown target are closed", async () => {
    open();
    const closed = notebook.next((m) => m.type === "comm");
    notebook.send({ type: "comm", event: "open", comm: "c1", target: "nobody", data: {} });
    expect(await closed).toEqual({ type: "comm", event: "close", comm: "c1", data: {} });
  });

  test("give their message as cause to what a handler prints, and say when it has run", async () => {
    open();
    await notebook.run(
      `comms.register("t", () => { console.log("in the handler"); throw new Error("fails") })`,
    );
    const handled = notebook.next((m) => m.type === "commHandled");
    notebook.send({ type: "comm", event: "open", comm: "c1", target: "t", data: {}, request: "message-1" });
    expect(await handled).toEqual({ type: "commHandled", request: "message-1" });
    expect(notebook.shown("message-1").stdout).toBe("in the handler\n");
    expect(notebook.shown("message-1").stderr).toContain("fails");
  });
});

describe("user expressions", () => {
  test("are shown like results, or are errors of their own", async () => {
    const { userExpressions, error } = await open().run("const a: number = 20", {
      userExpressions: {
        twice: "a * 2",
        object: "{ a }",
        awaited: "Promise.resolve(a)",
        wrong: "nothing",
        bad: "a +",
      },
    });
    expect(error).toBeUndefined();
    expect(userExpressions).toMatchObject({
      twice: { status: "ok", data: { "text/plain": "40" } },
      object: { status: "ok", data: { "text/plain": "{ a: 20 }" } },
      awaited: { status: "ok", data: { "text/plain": "20" } },
      wrong: { status: "error", ename: "ReferenceError", evalue: "nothing is not defined" },
      bad: { status: "error", ename: "SyntaxError" },
    });
  });
});

describe("a silent cell", () => {
  test("has no result", async () => {
    expect((await open().run("1 + 1", { silent: true })).result).toBeUndefined();
  });
});

describe("the extension", () => {
  const upper = defineMagic({
    name: "Upper",
    kinds: ["line", "cell"],
    summary: "In capitals.",
    params: [
      { kind: "positional", name: "words", help: "what", rest: true },
      { kind: "option", name: "times", help: "how often", type: "integer", default: 1 },
    ],
    run: ({ args, body }, host, context) => {
      host.print(String(context));
      return (body ?? args.words.join(" ")).toUpperCase().repeat(args.times);
    },
  });

  test("gives globals that are made when first used and may be declared anew", async () => {
    const make = vi.fn(() => "made");
    open({
      extension: () => ({ globals: { sc: { get: make }, Seconds: { value: (n: number) => n * 1000 } } }),
    });
    expect((await notebook.run("Seconds(2)")).result?.["text/plain"]).toBe("2000");
    expect(make).not.toHaveBeenCalled();
    expect((await notebook.run("sc")).result?.["text/plain"]).toBe("'made'");
    await notebook.run("const sc = 5");
    expect((await notebook.run("sc")).result?.["text/plain"]).toBe("5");
    expect(notebook.evaluator.notebook.scope.variables()).toEqual(["sc"]);
  });

  test("gives magics, with their values in order with the code", async () => {
    open({ extension: () => ({ magics: [upper], context: "the context" }) });
    const { result, stdout } = await notebook.run("const a = %upper x y --times 2\na + '!'");
    expect([result?.["text/plain"], stdout]).toEqual(["'X YX Y!'", "the context\n"]);
    expect((await notebook.run("%%upper\na\nb")).result?.["text/plain"]).toBe("'A\\nB'");
    expect((await notebook.run("%upper -h")).stdout).toContain("%Upper [<words>…] [--times <times>]");
    expect((await notebook.run("1\n\n%upper --tmies 2")).error?.evalue).toContain("did you mean --times?");
    expect((await notebook.run("%lsmagic")).stdout).toContain("In capitals.");
    const asData = "const all = %lsmagic\nconst text = %help lsmagic\n[all.length > 3, text.split('\\n')[0]]";
    expect(await notebook.run(asData)).toMatchObject({
      stdout: "",
      result: { "text/plain": "[ true, 'Lists the magics there are.' ]" },
    });
  });

  test("shows the value of a magic on a line of its own, wherever in the cell it stands", async () => {
    open({ extension: () => ({ magics: [upper], context: "the context" }) });
    const { displays, result } = await notebook.run(
      "%upper a\nfor (const x of [1, 2]) {\n  %upper b\n}\n%upper hidden;\n%upper last",
    );
    expect(displays.map(({ data }) => data["text/plain"])).toEqual(["'A'", "'B'", "'B'"]);
    expect(result?.["text/plain"]).toBe("'LAST'");
  });

  test("is told of cells, with their names and signal", async () => {
    const told: string[] = [];
    open({
      extension: () => ({
        cellStarted: (cell) => told.push(`start ${cell.key} ${cell.number} ${cell.signal.aborted}`),
        cellEnded: (cell, declared) => told.push(`end ${cell.key} ${declared} ${cell.signal.aborted}`),
      }),
    });
    await notebook.run("let a = 1, { b } = { b: 2 }", { notebookCell: "stable" });
    const started = notebook.next((m) => m.type === "stream");
    const ran = notebook.run("console.log(1); await new Promise(() => {})");
    await started;
    notebook.send({ type: "interrupt" });
    await ran;
    expect(told).toEqual([
      "start stable 1 false",
      "end stable a,b false",
      "start cell-2 2 false",
      "end cell-2  true",
    ]);
  });

  test("is closed undisturbed, with its cell ended, by a shutdown for which the control thread was woken", async () => {
    const closing: unknown[] = [];
    const { interrupts } = open({
      extension: (host) => ({
        close: async () => {
          closing.push(host.current().signal.aborted, isInterruptPending(notebook.interrupts));
        },
      }),
    });
    const started = notebook.next((m) => m.type === "stream");
    const ran = notebook.run("console.log(1); await new Promise(() => {})");
    await started;
    requestInterrupt(interrupts, 1);
    notebook.send({ type: "shutdown" });
    expect((await ran).error?.ename).toBe("KeyboardInterrupt");
    expect(closing).toEqual([true, false]);
  });

  test("can ask what a free name of a function means", async () => {
    let host: CellHost | undefined;
    open({
      extension: (given) => {
        host = given;
        return {};
      },
    });
    await notebook.run(
      "import { join as j } from 'node:path'\nlet n = 1; const k = [2]; const f = () => { while (n) j(k) }",
    );
    const binding = (name: string) => host?.binding(compiledName(name));
    expect(binding("j")).toEqual({
      kind: "import",
      specifier: "node:path",
      exported: "join",
      url: "node:path",
    });
    expect(binding("n")).toEqual({ kind: "variable", value: 1, constant: false });
    expect(binding("k")).toEqual({ kind: "variable", value: [2], constant: true });
    expect(binding("nothing")).toBeUndefined();
    expect(host?.binding("console")).toEqual({ kind: "ambient", name: "console" });
    expect(host?.binding("Math")).toBeUndefined();
    expect(host?.displayName(compiledName("n"))).toBe("n");
    const f = host?.lookup("f");
    if (typeof f !== "function") throw new Error("f is no function");
    const source = host?.sourceOf(f as () => void).replaceAll("\u200c", "");
    expect(source).toMatch(/^\(\) => \{ while \(n\) +\{? +j\(k\)\} \}$/);
    expect(host?.variables()).toEqual(["j", "n", "k", "f"]);
  });

  test("meets an imported name that is a type as one without a value, where no function uses it", async () => {
    let host: CellHost | undefined;
    const ended: unknown[] = [];
    open({
      extension: (given) => {
        host = given;
        return { cellEnded: (_, declared) => void ended.push(declared.map((name) => given.lookup(name))) };
      },
    });
    const { error, messages } = await notebook.run(
      "import { Stats } from 'node:fs'\nimport { T } from 'node:path'\nlet t: T = 1",
    );
    expect(error).toBeUndefined();
    expect(messages.map(({ type }) => type)).toEqual(["done"]);
    expect(notebook.messages.filter(({ message }) => message.type === "log")).toEqual([]);
    expect(ended).toEqual([[expect.any(Function), undefined, 1]]);
    expect(host?.variables()).toEqual(["Stats", "t"]);
    expect(() => host?.binding(compiledName("T"))).toThrow("does not provide an export named 'T'");
    expect((await notebook.run("T")).error?.ename).toBe("SyntaxError");
    expect((await notebook.run("var T = 2; T")).result?.["text/plain"]).toBe("2");
    expect(host?.variables()).toEqual(["Stats", "T", "t"]);
  });

  test("can ask from where it is called, and show errors of other threads as the cell's own", async () => {
    open({
      extension: (host) => ({
        globals: {
          where: { value: () => host.callPlace() },
          describe: {
            value: (stack: string) => host.describeError(Object.assign(new TypeError("away"), { stack })),
          },
        },
      }),
    });
    expect((await notebook.run("interface A {}\n\nwhere()")).result?.["text/plain"]).toBe(
      "{ cell: 1, line: 3 }",
    );
    const code =
      "const fail = (): string =>\n  String(new Error().stack).split('\\n')[1]\ndescribe('TypeError: away\\n' + fail())";
    expect((await notebook.run(code)).result?.["text/plain"]).toContain(
      "at fail (Cell In[2], line 2, column 10)",
    );
  });

  test("that fails leaves a kernel that runs cells and says why", async () => {
    open({
      extension: () => {
        throw new Error("no engine");
      },
    });
    expect(notebook.messages[0]?.message).toMatchObject({ type: "log", level: "error" });
    expect((await notebook.run("1 + 1")).result?.["text/plain"]).toBe("2");
  });
});

describe("an interrupt is counted on both of its ways", () => {
  test("a byte whose message came before raises no flag", () => {
    const { interrupts } = open();
    acknowledgeInterrupt(interrupts);
    requestInterrupt(interrupts, 1);
    expect([interrupts[0], isInterruptPending(interrupts)]).toEqual([0, false]);
  });

  test("a byte raises the flag until its message", () => {
    const { interrupts } = open();
    requestInterrupt(interrupts, 2);
    acknowledgeInterrupt(interrupts);
    expect([interrupts[0], isInterruptPending(interrupts)]).toEqual([1, true]);
    acknowledgeInterrupt(interrupts);
    expect([interrupts[0], isInterruptPending(interrupts)]).toEqual([0, false]);
  });
});

describe("a traceback", () => {
  const plain = (error: CellError | undefined) => stripVTControlCharacters(error?.traceback.join("\n") ?? "");

  test("shows the place in the cell, the frames of cells, and causes", async () => {
    open();
    await notebook.run("function parse(text: string): unknown {\n  throw new RangeError(text)\n}");
    const { error } = await notebook.run(
      "try {\n  parse('{')\n} catch (cause) {\n  throw new AggregateError([new TypeError('one'), 2], 'all', { cause })\n}",
    );
    expect(plain(error)).toMatchInlineSnapshot(`
      "AggregateError: all

      Cell In[2], line 4, column 9
        2 |   parse('{')
        3 | } catch (cause) {
      > 4 |   throw new AggregateError([new TypeError('one'), 2], 'all', { cause })
          |         ^
        5 | }

          at Cell In[2], line 4, column 9

      Error 1 of 2:
      TypeError: one

      Cell In[2], line 4, column 29
        2 |   parse('{')
        3 | } catch (cause) {
      > 4 |   throw new AggregateError([new TypeError('one'), 2], 'all', { cause })
          |                             ^
        5 | }

          at Cell In[2], line 4, column 29

      Error 2 of 2:
      2

      Caused by:
      RangeError: {

      Cell In[1], line 2, column 9
        1 | function parse(text: string): unknown {
      > 2 |   throw new RangeError(text)
          |         ^
        3 | }

          at parse (Cell In[1], line 2, column 9)
          at Cell In[2], line 2, column 3"
    `);
  });

  test("names a near variable for one that does not exist", async () => {
    open();
    await notebook.run("const counts = 1");
    const { error } = await notebook.run("1 +\n  conuts");
    expect(plain(error)).toMatchInlineSnapshot(`
      "ReferenceError: conuts is not defined. Did you mean counts?

      Cell In[2], line 2, column 3
        1 | 1 +
      > 2 |   conuts
          |   ^

          at Cell In[2], line 2, column 3"
    `);
  });
});
