import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withBuiltKernel } from "../kernel/testing/built-kernel.js";
import { textOf } from "../kernel/testing/exchange.js";
import { waitFor } from "./process/wait-for.js";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "millrace-home-"));
  mkdirSync(join(home, "tmp"));
  writeFileSync(join(home, "twice.ts"), "export const twice = (n: number): number => n * 2;\n");
});
afterEach(() => rmSync(home, { recursive: true }));

const compiled = (): string[] =>
  readdirSync(join(home, "tmp")).filter((name) => name.startsWith("millrace-modules"));

const inHome = () => ({ env: { TMPDIR: join(home, "tmp") } });

test("compiled modules are removed with the evaluator, also when it is killed, and cells see no argument of it", async () => {
  await withBuiltKernel(async (client) => {
    const cell = `import { twice } from ${JSON.stringify(join(home, "twice.ts"))}\nconsole.log(twice(21), process.argv.slice(2))`;
    expect(textOf(await client.execute(cell).finish(), "stdout")).toBe("42 []\n");
    const [first] = compiled();
    expect(readdirSync(join(home, "tmp", first ?? ""))).not.toEqual([]);
    await client.execute('process.kill(process.pid, "SIGKILL")', { stopOnError: false }).finish();
    await client.execute("1;").finish();
    expect(compiled()).not.toContain(first);
  }, inHome());
  // Its front was killed: the evaluator notices, and removes them itself.
  await gone();
});

function gone(): Promise<true> {
  return waitFor("the folder to go", () => compiled().length === 0 || undefined, 120_000);
}
