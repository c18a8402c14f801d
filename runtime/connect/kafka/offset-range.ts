/** The records of a partition from one offset to another, without that one. Plain data, as the log has it. */
export interface OffsetRange {
  topic: string;
  partition: number;
  fromOffset: number;
  untilOffset: number;
}

/** How many offsets a range has. There may be fewer records: ends of transactions take offsets too, and compaction leaves gaps. */
export function offsetsOf({ fromOffset, untilOffset }: OffsetRange): number {
  return untilOffset - fromOffset;
}
