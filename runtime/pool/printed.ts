import type { Printed } from "./task.js";

/** Text of one task that is kept: a function that prints each record must not fill the memory. */
const MAX_CHARACTERS = 64 * 1024;

/**
 * Gathers what this thread's code prints, instead of writing it: the engine hands it on to whoever owns the job.
 * @returns a function that takes what was printed since its last call
 */
export function gatherPrinted(): () => Printed {
  let printed: Printed = [];
  let characters = 0;
  let cut = 0;
  const gather = (name: "stdout" | "stderr") => {
    process[name].write = ((chunk: string | Uint8Array) => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      if (characters + text.length > MAX_CHARACTERS) cut += text.length;
      else printed.push({ name, text });
      characters += text.length;
      return true;
    }) as typeof process.stdout.write;
  };
  gather("stdout");
  gather("stderr");
  return () => {
    const taken = printed;
    if (cut > 0)
      taken.push({ name: "stderr", text: `… ${cut} more characters of this task were not kept\n` });
    printed = [];
    characters = 0;
    cut = 0;
    return taken;
  };
}
