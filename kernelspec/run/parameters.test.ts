import { describe, expect, test } from "vitest";
import { notebookOf } from "../testing/notebook.js";
import { type Notebook, sourceOf } from "./notebook-file.js";
import { parameterOf, withParameters } from "./parameters.js";

describe("a parameter as it is written", () => {
  test.each<[string, [string, unknown]]>([
    ["rate=100", ["rate", 100]],
    ["rate=-1.5e3", ["rate", -1500]],
    ["strict=true", ["strict", true]],
    ["host=localhost", ["host", "localhost"]],
    ["host=", ["host", ""]],
    ['text="100"', ["text", "100"]],
    ['words=["a", "b=c"]', ["words", ["a", "b=c"]]],
    ["query=a=b\nc", ["query", "a=b\nc"]],
    ["größe={}", ["größe", {}]],
  ])("%j", (written, parameter) => expect(parameterOf(written)).toEqual(parameter));

  test.each(["rate", "=100", "1=2", "a-b=1", ""])("%j is refused", (written) =>
    expect(() => parameterOf(written)).toThrow(
      `a parameter is written name=value, such as rate=100, not "${written}"`,
    ),
  );
});

describe("a notebook with parameters", () => {
  const tagged = (tag: string, ...sources: string[]): Notebook => {
    const notebook = notebookOf(...sources);
    for (const cell of notebook.cells.slice(1, 2)) cell.metadata.tags = [tag];
    return notebook;
  };
  const notebook = tagged("parameters", "1", "const rate: number = 10;\nlet { host } = defaults;", "rate");
  const sources = ({ cells }: Notebook): string[] => cells.map(sourceOf);

  test("has a cell that sets them behind the one that declares them", () =>
    expect(sources(withParameters(notebook, { rate: 100, host: 'a"b\n</script>' }))).toEqual([
      "1",
      "const rate: number = 10;\nlet { host } = defaults;",
      '// Parameters\nlet rate = 100;\nlet host = "a\\"b\\n</script>";',
      "rate",
    ]));

  test("has it in place of that of an earlier run, and is left as it was itself", () => {
    const once = withParameters(notebook, { rate: 1 });
    expect(sources(withParameters(once, { rate: 2 }))[2]).toBe("// Parameters\nlet rate = 2;");
    expect(withParameters(once, { rate: 2 }).cells).toHaveLength(4);
    expect(notebook.cells).toHaveLength(3);
  });

  test.each([
    ["raet", "the notebook has no parameter raet; did you mean rate?"],
    ["port", "the notebook has no parameter port; there is rate, host"],
  ])("that it does not have, as %s, is refused with those it has", (name, message) =>
    expect(() => withParameters(notebook, { [name]: 1 })).toThrow(message),
  );

  test("is refused where no cell declares any", () =>
    expect(() => withParameters(tagged("other", "1", "2"), { rate: 1 })).toThrow(
      "no cell of the notebook has the tag `parameters`",
    ));
});
