/** What becomes of a record whose key or value its decoder does not take. */
export type Undecodable = "fail" | "skip" | { deadLetterTopic: string };
