import { describe, expect, test } from "vitest";
import { AccumulatorV2 } from "./accumulator-v2.js";
import { SparkContext } from "./spark-context.js";

/** The distinct values that were added. */
class Distinct extends AccumulatorV2<number, ReadonlySet<number>> {
  seen = new Set<number>();

  get isZero(): boolean {
    return this.seen.size === 0;
  }

  copy(): Distinct {
    const copy = new Distinct();
    for (const value of this.seen) copy.add(value);
    return copy;
  }

  reset(): void {
    this.seen = new Set();
  }

  add(value: number): void {
    this.seen.add(value);
  }

  merge(other: Distinct): void {
    for (const value of other.seen) this.add(value);
  }

  get value(): ReadonlySet<number> {
    return this.seen;
  }
}

class Secret extends Distinct {
  #secret = 1;

  override copy(): Secret {
    return new Secret();
  }

  override get isZero(): boolean {
    return this.#secret === 0;
  }
}

describe("an accumulator of the program's own", () => {
  const sc = new SparkContext({ workers: 2, threads: false });

  test("gathers by its own class what the tasks add", async () => {
    const seen = sc.register(new Distinct(), "seen");
    const rdd = sc.parallelize([1, 2, 2, 3, 1], 3).map((n) => {
      seen.add(n);
      return n;
    });
    expect(seen.value).toEqual(new Set());
    await rdd.count();
    expect(seen.value).toEqual(new Set([1, 2, 3]));
    seen.add(9);
    await rdd.map((n) => n + 1).count();
    expect(seen.value).toEqual(new Set([1, 2, 3, 9]));
    seen.reset();
    expect(seen.isZero).toBe(true);
  });

  test("is merged once for each task that is done, and not for one that failed", async () => {
    const seen = sc.register(new Distinct());
    const failing = sc.parallelize([1, 2, 3, 4], 2).map((n) => {
      seen.add(n);
      if (n === 4) throw new Error("not four");
      return n;
    });
    await expect(failing.count()).rejects.toThrow("not four");
    expect(seen.value).toEqual(new Set([1, 2]));
    expect(await sc.parallelize([5], 2).foreach((n) => seen.add(n))).toBe(undefined);
    expect(seen.value).toEqual(new Set([1, 2, 5]));
  });

  test("begins in the tasks with nothing, whatever it holds here", async () => {
    const seen = new Distinct();
    seen.add(7);
    sc.register(seen);
    const sizes = sc.parallelize([1, 2], 2).map((n) => {
      seen.add(n);
      return seen.value.size;
    });
    expect(await sizes.collect()).toEqual([1, 1]);
    expect(seen.value).toEqual(new Set([7, 1, 2]));
  });

  test("is registered once", () => {
    const seen = sc.register(new Distinct(), "seen");
    expect(() => sc.register(seen)).toThrow(expect.objectContaining({ code: "RT_ACCUMULATOR" }));
  });

  test("with private fields is refused", () => {
    expect(() => sc.register(new Secret())).toThrow(/`sc.register` captures `.*`/);
  });
});
