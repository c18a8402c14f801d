import { realpathSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { SparkContext } from "../../context/spark-context.js";

const contexts = [true, false].map((threads) => new SparkContext({ workers: 2, threads }));
afterAll(() => Promise.all(contexts.map((sc) => sc.stop())));

describe.each(contexts.map((sc, i) => [i === 0 ? "task threads" : "this thread", sc] as const))(
  "in %s",
  (_, sc) => {
    test("records go in as lines, and lines come out as records", async () => {
      expect(await sc.parallelize(["b", "a", "c"], 2).pipe("cat -").collect()).toEqual(["b", "a", "c"]);
    });

    test("each partition has a process of its own, also an empty one", async () => {
      expect(
        await sc
          .parallelize([1, 2, 3], 4)
          .pipe(["wc", "-l"])
          .map((n) => n.trim())
          .collect(),
      ).toEqual(["0", "1", "1", "1"]);
    });

    test("a list is a command as it is; pairs are texts as saveAsTextFile writes them", async () => {
      const out = sc.parallelize([["k", 1]], 1).pipe(["sed", "s/^/a b: /"]);
      expect(await out.collect()).toEqual(["a b: (k,1)"]);
    });

    test("the environment, what is printed before, and how records are printed", async () => {
      const out = sc.parallelize([1, 2], 1).pipe(
        ["sh", "-c", "echo $WHO; cat"],
        { WHO: "é" },
        (print) => print("first"),
        (n, print) => {
          print(n);
          print(n * 10);
        },
      );
      expect(await out.collect()).toEqual(["é", "first", "1", "10", "2", "20"]);
    });

    test("more goes through than fits between", async () => {
      const out = sc.range(0, 300_000, 1, 1).pipe("cat");
      expect(await out.map(Number).reduce((a, b) => a + b)).toBe((300_000 * 299_999) / 2);
    });

    test("a process need not read all, and need not be read to its end", async () => {
      expect(await sc.range(0, 300_000, 1, 1).pipe("head -n 2").collect()).toEqual(["0", "1"]);
      expect(await sc.parallelize([1], 1).pipe("yes").take(2)).toEqual(["y", "y"]);
    });

    test("another exit status than 0 fails the action, with the command", async () => {
      await expect(sc.parallelize([1], 1).pipe(["sh", "-c", "exit 3"]).collect()).rejects.toMatchObject({
        code: "RT_SUBPROCESS",
        message: "Subprocess exited with status 3. Command ran: sh -c exit 3",
      });
      await expect(sc.parallelize([1], 1).pipe("no-such-program").collect()).rejects.toThrow(
        "Subprocess could not be started: spawn no-such-program ENOENT. Command ran: no-such-program",
      );
    });

    test("a function before it that fails is told as that, and the process ends", async () => {
      const failing = sc.parallelize([1, 2], 1).map((n) => {
        if (n > 1) throw new Error("no");
        return n;
      });
      await expect(failing.pipe("cat").collect()).rejects.toThrow(
        "the function of `map` failed on the record 2: Error: no",
      );
    });

    test("in a folder of its own the program's files are there", async () => {
      const [pwd = "", files = ""] = await sc
        .parallelize([1], 1)
        .pipe(["sh", "-c", "pwd -P; ls | tr '\\n' ' '"], {}, undefined, undefined, true)
        .collect();
      expect(pwd).not.toBe(realpathSync(process.cwd()));
      expect(files).toContain("package.json");
    });
  },
);

test("a command is needed", () => {
  expect(() => contexts[0]?.parallelize([1]).pipe(" ")).toThrow("pipe needs a command to run");
});
