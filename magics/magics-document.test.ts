import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BUILTIN_MAGICS } from "../kernel/magic/builtin/table.js";
import { parseMagicArgs } from "../kernel/magic/parse.js";
import { MagicRegistry } from "../kernel/magic/registry.js";
import { MAGICS } from "./index.js";
import { withMagicsTable } from "./testing/magics-document.js";

const DOCUMENT = fileURLToPath(new URL("../docs/magics.md", import.meta.url));

// When this fails: npx vitest run --project unit magics/magics-document -u
test("docs/magics.md has a line for each magic, as it is declared", async () => {
  const magics = new MagicRegistry<never>([...BUILTIN_MAGICS, ...MAGICS]).all();
  await expect(withMagicsTable(readFileSync(DOCUMENT, "utf8"), magics)).toMatchFileSnapshot(DOCUMENT);
});

test("each magic has a summary, and help for each of its parameters", () => {
  for (const { summary, params } of [...BUILTIN_MAGICS, ...MAGICS]) {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    for (const { help } of params) expect(help).not.toBe("");
  }
});

test("each example of a magic's help is one that it takes", () => {
  for (const { name, params, examples = [] } of [...BUILTIN_MAGICS, ...MAGICS])
    for (const example of examples) {
      const [, line = ""] = new RegExp(`%{1,2}${name}([^\\n]*)`, "i").exec(example) ?? [];
      expect(() => parseMagicArgs(name, line, params), example).not.toThrow();
    }
});
