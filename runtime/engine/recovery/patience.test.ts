import { expect, test } from "vitest";
import { FilesAway } from "../../connect/files/files-away.js";
import { StreamError } from "../../stream-error.js";
import { Patience } from "./patience.js";

const away = () => new FilesAway("RT_HDFS", "the NameNode cannot be reached");

/** Work that fails so often. */
function failing(times: number, error: () => Error): { asked: number; work(): Promise<string> } {
  const told = {
    asked: 0,
    work: async () => {
      told.asked += 1;
      if (told.asked <= times) throw error();
      return "done";
    },
  };
  return told;
}

test("what is out of reach is tried again, and nothing is told of what passes soon", async () => {
  const warnings: string[] = [];
  const work = failing(2, away);
  expect(await new Patience(60_000, (text) => warnings.push(text)).run("here", work.work)).toBe("done");
  expect(work.asked).toBe(3);
  expect(warnings).toEqual([]);
});

test("what is wrong in another way fails at once", async () => {
  const work = failing(1, () => new StreamError("RT_FILE", "permission is denied"));
  await expect(new Patience(60_000, () => undefined).run("here", work.work)).rejects.toMatchObject({
    code: "RT_FILE",
  });
  expect(work.asked).toBe(1);
});

test("without patience, as with files of this machine, it fails at once, and whoever waits fails when it ends", async () => {
  const patience = new Patience(0, () => undefined);
  await expect(patience.run("here", failing(1, away).work)).rejects.toThrow("cannot be reached");
  const long = new Patience(60_000, () => undefined);
  const waiting = long.run("here", failing(Number.POSITIVE_INFINITY, away).work);
  long.end();
  await expect(waiting).rejects.toThrow("cannot be reached");
});
