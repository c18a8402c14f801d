/** An endless sequence of lines. */
export interface LineFeed {
  next(): string;
}

/** What a demonstration source sends. */
export interface FeedKind {
  /** What the lines are, for people; those that are made up say so. */
  what: string;
  /** Lines a second where nobody asks for another rate. */
  usualRate: number;
  /** The same seed and rate give the same lines. */
  open(seed: number, linesPerSecond: number): LineFeed;
}

/** When the first of all made-up records happened: times in them do not depend on when they are sent. */
export const FEED_START_MS = Date.UTC(2026, 0, 1);
