import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Patience } from "../patience.js";
import { locate } from "./file-system.js";
import { OutputFolder } from "./output-folder.js";
import { temporaryFolder } from "./testing/temporary-folder.js";

const folder = temporaryFolder();

async function save(name: string, text: string): Promise<void> {
  const output = await OutputFolder.begin(folder.in(name), new Patience("the save", () => undefined), {
    replace: true,
  });
  writeFileSync(`${output.writing}/attempt-1`, text);
  try {
    await output.commit(["attempt-1"], ".txt");
  } catch (error) {
    await output.abort();
    throw error;
  }
}

const saved = (name: string) => readFileSync(folder.in(name, "part-00000.txt"), "utf8");

describe("a folder that is replaced", () => {
  const { later } = locate(folder.path);
  const rename = later.rename.bind(later);
  /** Renames into these fail, from now on. */
  const refused: RegExp[] = [];

  beforeEach(() => {
    vi.spyOn(later, "rename").mockImplementation(async (from, to) => {
      if (refused.some((path) => path.test(`${from} -> ${to}`))) throw new Error("the disk is gone");
      await rename(from, to);
    });
  });

  afterEach(() => {
    refused.length = 0;
    vi.restoreAllMocks();
  });

  test("has the new files, and nothing is left beside it", async () => {
    await save("good", "old");
    await save("good", "new");
    expect(saved("good")).toBe("new");
    expect(readdirSync(folder.path).filter((name) => name.includes("good"))).toEqual(["good"]);
  });

  test("has its former files again when the new ones cannot take their place", async () => {
    await save("bad", "old");
    refused.push(/_temporary-\w+ -> .*\/bad$/);
    await expect(save("bad", "new")).rejects.toThrow("the disk is gone");
    expect(saved("bad")).toBe("old");
    expect(readdirSync(folder.path).filter((name) => name.includes("bad"))).toEqual(["bad"]);
  });

  test("is where the error says, when it cannot be put back either", async () => {
    await save("worse", "old");
    refused.push(/ -> .*\/worse$/);
    const failure: Error = await save("worse", "new").then(
      () => expect.fail("it was saved"),
      (error) => error,
    );
    expect(failure).toMatchObject({ code: "RT_FILE" });
    const [, former = ""] = / it is in (.*); rename it$/.exec(failure.message) ?? [];
    expect(readFileSync(`${former}/part-00000.txt`, "utf8")).toBe("old");
  });
});

test("the mark of a whole folder may be written beside its place: files of other attempts are removed before it", async () => {
  const { later } = locate(folder.path);
  const createEmpty = later.createEmpty.bind(later);
  const rename = later.rename.bind(later);
  vi.spyOn(later, "createEmpty").mockImplementation(async (path) => {
    await createEmpty(`${path}.beside`);
    // As long as a list and removals take.
    await later.list(folder.path);
    await later.list(folder.path);
    await rename(`${path}.beside`, path);
  });
  await save("marked", "new");
  vi.restoreAllMocks();
  expect(readdirSync(folder.in("marked")).sort()).toEqual(["_SUCCESS", "part-00000.txt"]);
});

/** A task of a failed job, as it makes files for as long as it can. */
const WRITER = `
  const { closeSync, openSync } = require("node:fs");
  const { parentPort, workerData } = require("node:worker_threads");
  try {
    for (let n = 1; ; n++) closeSync(openSync(workerData + "/attempt-" + n, "wx"));
  } catch (error) {
    parentPort.postMessage(error.code);
  }
`;

test("a folder that is not to be is gone while tasks still make files in it, and they can make no more", async () => {
  const patience = new Patience("the save", () => undefined);
  const output = await OutputFolder.begin(folder.in("failed"), patience);
  const writer = new Worker(WRITER, { eval: true, workerData: output.writing });
  try {
    const refused = once(writer, "message");
    await expect.poll(() => existsSync(`${output.writing}/attempt-100`)).toBe(true);
    await output.abort();
    expect(readdirSync(folder.path).filter((name) => name.includes("failed"))).toEqual([]);
    expect(await refused).toEqual(["ENOENT"]);
  } finally {
    await writer.terminate();
  }
});
