/** One line of `doctor`. */

export interface Finding {
  /** What was found. */
  what: string;
  /** How to put it right; undefined when nothing is wrong. */
  fix?: string;
}

/** Looks at one thing; what it cannot see is a finding, not an error. Empty when there is nothing to say. */
export type Check = () => Finding[] | Promise<Finding[]>;
