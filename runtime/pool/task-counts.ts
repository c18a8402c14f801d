import type { Accumulated } from "../closure/accumulation.js";

/** What one task counted of one partition. */
export interface PartitionCount {
  partition: number;
  value: number;
}

/** The counts that the task at hand of this thread has begun, by what they are told under. */
let counts: { accumulator: string; count: PartitionCount }[] = [];

/**
 * A count, from 0, that goes to the program with the result of the task at hand; a task that fails tells nothing.
 * @param accumulator what it is told under
 */
export function taskCount(accumulator: string, partition: number): PartitionCount {
  const count = { partition, value: 0 };
  counts.push({ accumulator, count });
  return count;
}

/** What was counted since the last call. */
export function takeCounted(): Accumulated {
  if (counts.length === 0) return counts as [];
  const counted = counts.filter(({ count }) => count.value > 0);
  counts = [];
  return counted.map(({ accumulator, count }) => ({ accumulator, part: count }));
}
