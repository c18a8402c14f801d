import { describe, expect, test } from "vitest";
import { OffsetRange } from "./offset-range.js";

describe("a range of offsets", () => {
  test.each([
    [OffsetRange.create("words", 1, 5, 8)],
    [OffsetRange.create({ topic: "words", partition: 1 }, 5, 8)],
  ])("is made of a topic, a partition and two offsets: %s", (range) => {
    const { topic, partition, fromOffset, untilOffset } = range;
    expect([topic, partition, fromOffset, untilOffset]).toEqual(["words", 1, 5, 8]);
    expect(range.topicPartition()).toEqual({ topic: "words", partition: 1 });
    expect(range.count()).toBe(3);
    expect(`${range}`).toBe("OffsetRange(topic: 'words', partition: 1, range: [5 -> 8])");
  });

  test.each([
    [-1, 0, 1],
    [0, -2, 1],
    [0, 5, 4],
    [0, 0.5, 1],
    [0, Number.NaN, 1],
  ])("is no partition %d from %d until %d", (partition, from, until) => {
    expect(() => OffsetRange.create("words", partition, from, until)).toThrow(
      `a range of offsets has a partition, where it begins and where it ends, in whole numbers, and is no OffsetRange(topic: 'words', partition: ${partition}, range: [${from} -> ${until}])`,
    );
  });
});
