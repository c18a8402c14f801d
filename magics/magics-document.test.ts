import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { BUILTIN_MAGICS } from "../kernel/magic/builtin/table.js";
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
