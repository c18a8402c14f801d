/** The command line as it is installed: the built program, a real JupyterLab, the real kernel. */

import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { waitFor } from "./process/wait-for.js";
import { readNotebook, writeNotebook } from "./run/notebook-file.js";
import { kernelFolder } from "./spec/kernel-folder.js";
import { pluginFolder } from "./spec/plugin-folder.js";
import { MillraceCommand } from "./testing/millrace-command.js";
import { notebookOf } from "./testing/notebook.js";
import { isRunning } from "./testing/processes.js";

let millrace: MillraceCommand;
beforeEach(() => {
  millrace = new MillraceCommand();
});
afterEach(() => millrace.remove());

const kernelDir = (): string => kernelFolder(millrace.dataFolder, "millrace");

describe("millrace install", () => {
  test("--dry-run says what would be written and writes nothing", async () => {
    const { status, stdout } = await millrace.run("install", "--prefix", millrace.prefix, "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toContain(`Would write the kernel Millrace (TypeScript) to ${kernelDir()}`);
    expect(stdout).toContain(`Would write the JupyterLab plugin to ${pluginFolder(millrace.dataFolder)}`);
    expect(existsSync(millrace.dataFolder)).toBe(false);
  });

  test("writes kernel and plugin, which uninstall removes", async () => {
    await millrace.run("install", "--prefix", millrace.prefix);
    expect(existsSync(join(kernelDir(), "kernel.json"))).toBe(true);
    expect(existsSync(join(pluginFolder(millrace.dataFolder), "package.json"))).toBe(true);
    const { status } = await millrace.run("uninstall", "--prefix", millrace.prefix);
    expect(status).toBe(0);
    expect([kernelDir(), pluginFolder(millrace.dataFolder)].filter(existsSync)).toEqual([]);
  });

  test("leaves another kernel of the name alone, unless forced, and --dry-run says so too", async () => {
    mkdirSync(kernelDir(), { recursive: true });
    writeFileSync(join(kernelDir(), "kernel.json"), "{}");
    for (const flags of [[], ["--dry-run"]]) {
      const refused = await millrace.run("install", "--prefix", millrace.prefix, ...flags);
      expect(refused).toMatchObject({ status: 1, stdout: "" });
      expect(refused.stderr).toContain("--force replaces it");
    }
    expect((await millrace.run("install", "--prefix", millrace.prefix, "--force")).status).toBe(0);
  });

  test.each([["install", "--force"], ["uninstall"]])(
    "%s refuses a name that leads out of its folder, and touches nothing",
    async (command, ...flags) => {
      const other = kernelFolder(millrace.dataFolder, "other");
      mkdirSync(other, { recursive: true });
      for (const name of ["", "../../evil"]) {
        const args = ["--prefix", millrace.prefix, "--name", name, ...flags];
        const { status, stderr } = await millrace.run(command, ...args);
        expect(status).toBe(1);
        expect(stderr).toContain(`option '--name <name>' argument '${name}' is invalid. A kernel's name has`);
      }
      expect(existsSync(other)).toBe(true);
      expect(readdirSync(millrace.prefix)).toEqual(["share"]);
    },
  );

  test("takes one place only", async () => {
    const { status, stderr } = await millrace.run("install", "--user", "--prefix", millrace.prefix);
    expect(status).toBe(1);
    expect(stderr).toContain("cannot be used with option");
  });
});

describe("millrace doctor", () => {
  test("finds nothing wrong after an installation, and starts the kernel to know", async () => {
    await millrace.run("install", "--prefix", millrace.prefix);
    const { status, stdout } = await millrace.run("doctor");
    expect(stdout).toContain("The kernel starts and answers");
    expect(stdout).toContain("Nothing is wrong");
    expect(status).toBe(0);
  });

  test("names a program that is gone, and the way out", async () => {
    mkdirSync(kernelDir(), { recursive: true });
    const kernel = { argv: ["/gone/node", "/gone/front.js"], display_name: "M", metadata: { millrace: {} } };
    writeFileSync(join(kernelDir(), "kernel.json"), JSON.stringify(kernel));
    const { status, stdout } = await millrace.run("doctor");
    expect(stdout).toContain("/gone/node and /gone/front.js, which is not there");
    expect(stdout).toContain("millrace install");
    expect(status).toBe(1);
  });
});

describe("millrace run", () => {
  const write = (...sources: string[]): string => {
    const file = join(millrace.folder, "n.ipynb");
    writeNotebook(file, notebookOf(...sources));
    return file;
  };

  test("prints each cell and its output, writes the notebook with --save, and leaves no process", async () => {
    const file = write('console.log("hello", 6 * 7)', "[process.pid, process.ppid].join()");
    const saved = join(millrace.folder, "saved.ipynb");
    const { status, stdout, stderr } = await millrace.run("run", file, "--save", saved);
    expect(stderr).toBe("\n2 cells ran\n");
    expect(status).toBe(0);
    expect(stdout).toContain('[1] console.log("hello", 6 * 7)\n    hello 42\n[2] ');
    const processes = (/(\d+),(\d+)/.exec(stdout)?.slice(1) ?? []).map(Number);
    expect(processes).toHaveLength(2);
    await expect.poll(() => processes.filter(isRunning)).toEqual([]);
    const [hello, ids] = readNotebook(saved).cells;
    expect(hello?.execution_count).toBe(1);
    expect(hello?.outputs).toMatchObject([{ output_type: "stream", text: "hello 42\n" }]);
    const shown = { "text/plain": `'${processes.join()}'` };
    expect(ids?.outputs).toMatchObject([{ output_type: "execute_result", data: shown }]);
  });

  test("stops at a cell that fails, with exit status 1", async () => {
    const { status, stdout, stderr } = await millrace.run(
      "run",
      write('throw new Error("no water")', "1 + 1"),
    );
    expect(status).toBe(1);
    expect(stdout).toContain("no water");
    expect(stdout).not.toContain("[2]");
    expect(stderr).toContain("cell 1 of 2 failed");
  });

  test("Ctrl-C interrupts the kernel and ends the run", async () => {
    const run = millrace.start("run", write('console.log("begun"); while (true) {}', "1"));
    await waitFor("the cell to begin", () => run.stdout().includes("begun\n") || undefined, 120_000);
    run.signal("SIGINT");
    const { status, stdout } = await run.outcome;
    expect(status).toBe(130);
    expect(stdout).not.toContain("[2]");
  });

  test("says in which cell the kernel died", async () => {
    const { status, stderr } = await millrace.run(
      "run",
      write("1", 'process.kill(process.ppid, "SIGKILL")', "2"),
    );
    expect(status).toBe(1);
    expect(stderr).toContain("the kernel died while cell 2 ran");
  });

  test("names a notebook that is not there", async () => {
    const { status, stderr } = await millrace.run("run", "none.ipynb");
    expect(status).toBe(1);
    expect(stderr).toContain("there is no notebook");
  });
});
