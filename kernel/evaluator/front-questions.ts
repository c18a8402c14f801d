/** Questions of magics to the front, which alone knows the history and the connection. */

import type { FrontAnswers, FrontQuestion } from "../port/questions.js";
import type { Output } from "./output.js";

export class FrontQuestions {
  readonly #output: Output;
  readonly #waiting = new Map<number, (answer: never) => void>();
  #last = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Resolves with the answer, which comes soon: the front is never busy. */
  ask<Kind extends FrontQuestion["kind"]>(
    question: Extract<FrontQuestion, { kind: Kind }>,
  ): Promise<FrontAnswers[Kind]> {
    const request = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve);
      this.#output.send({ type: "ask", request, question });
    });
  }

  /** An answer came: of the kind that was asked for. */
  answered(request: number, answer: FrontAnswers[FrontQuestion["kind"]]): void {
    const resolve = this.#waiting.get(request);
    this.#waiting.delete(request);
    resolve?.(answer as never);
  }
}
