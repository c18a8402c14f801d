/** Inspection of a name: what the language worker knows of it, and what it holds when the evaluator is free. */

import type { ToEvaluator } from "../port/evaluator.js";
import type { InspectReply } from "../port/language.js";
import type { Clock } from "./clock.js";
import type { LanguageClient } from "./language-client.js";

/** A value that takes longer is left out: a timer of the notebook may hold the evaluator. Usual are 2 ms, on a busy machine 50. */
export const PREVIEW_DEADLINE_MS = 250;

export interface InspectionOptions {
  language: Pick<LanguageClient, "inspect">;
  evaluator: { send(message: ToEvaluator): void };
  /** No cell runs or waits. */
  idle(): boolean;
  clock: Clock;
}

export class Inspection {
  readonly #options: InspectionOptions;
  readonly #waiting = new Map<number, (text: string | undefined) => void>();
  #requests = 0;

  constructor(options: InspectionOptions) {
    this.#options = options;
  }

  /** Cursor in UTF-16 units. Never rejects; not found where there is nothing to say. */
  async inspect(code: string, cursor: number, detail: 0 | 1): Promise<InspectReply> {
    const { language, idle } = this.#options;
    const reply = await language.inspect(code, cursor, detail);
    if (reply.variable === undefined || !idle()) return reply;
    const value = await this.#preview(reply.variable);
    return value === undefined ? reply : withValue(reply, value);
  }

  /** The evaluator's answer. */
  answered(request: number, text: string | undefined): void {
    const answer = this.#waiting.get(request);
    this.#waiting.delete(request);
    answer?.(text);
  }

  #preview(name: string): Promise<string | undefined> {
    const { evaluator, clock } = this.#options;
    const request = ++this.#requests;
    return new Promise((resolve) => {
      const cancel = clock.after(PREVIEW_DEADLINE_MS, () => this.answered(request, undefined));
      this.#waiting.set(request, (text) => {
        cancel();
        resolve(text);
      });
      evaluator.send({ type: "preview", request, name });
    });
  }
}

function withValue(reply: InspectReply, value: string): InspectReply {
  return {
    ...reply,
    text: `${reply.text}\n\nValue:\n${value}`,
    // Four backticks: the value may be text with three.
    markdown: `${reply.markdown}\n\nValue:\n\n\`\`\`\`text\n${value}\n\`\`\`\``,
  };
}
