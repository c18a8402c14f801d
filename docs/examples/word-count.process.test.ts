import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tsNode = join(dirname(createRequire(import.meta.url).resolve("ts-node/package.json")), "dist/bin.js");

test("the example runs under ts-node, which checks its types", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-example-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/millrace"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, skipLibCheck: true };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  copyFileSync(join(root, "docs/examples/word-count.ts"), join(folder, "word-count.ts"));
  const { stdout } = await promisify(execFile)(process.execPath, [tsNode, "word-count.ts"], { cwd: folder });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe(
    [
      "[ [ 'mill', 1 ], [ 'race', 2 ], [ 'turns', 1 ], [ 'wheel', 1 ] ]",
      "1000 [ [ 'mill', 1 ], [ 'race', 1 ] ]",
      "2000 [ [ 'mill', 1 ], [ 'race', 2 ], [ 'turns', 1 ], [ 'wheel', 1 ] ]",
      "",
    ].join("\n"),
  );
});
