import { isInterrupt } from "../../kernel/display/interrupt.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";

/**
 * The text at an address on the web.
 * @param magic whose sentence it is when that fails
 * @throws MagicUsageError with the address and what the server answers, or why none does; the signal's reason
 */
export async function webText(url: string, magic: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(url, { signal }).catch((error: unknown) => {
    if (signal.aborted || isInterrupt(error)) throw error;
    throw new MagicUsageError(`${magic}: ${url} cannot be reached: ${reasonOf(error)}`);
  });
  if (!answer.ok) throw new MagicUsageError(`${magic}: ${url} answers ${answer.status} ${answer.statusText}`);
  return answer.text();
}

/** `fetch failed` has what failed as its cause. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause);
}
