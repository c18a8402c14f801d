/** The front's own log: lines on its stderr, which a Jupyter server shows in its terminal. */

export type Log = (level: "warn" | "error", text: string) => void;

/** Writes `[millrace] warn: …`. Connection keys and message contents must not get here. */
export const stderrLog: Log = (level, text) => {
  process.stderr.write(`[millrace] ${level}: ${text}\n`);
};

/** One line that says what an unknown thrown value is. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
