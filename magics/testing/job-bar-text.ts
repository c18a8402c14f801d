/** Of what a cell showed. */

/** A job that takes more than a second says so under its cell: on a busy machine any job may. */
const JOB_BAR = /^ *(?:running|done) · (?:\d+ jobs · )?[\d,]+ of [\d,]+ stages? · .*(?:\n|$)/gm;

/** The text without the bars of jobs. */
export function withoutJobBars(text: string): string {
  return text.replace(JOB_BAR, "");
}
