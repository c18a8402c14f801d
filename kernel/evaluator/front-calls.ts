/** Questions of magics to the front, which alone knows the history and the connection. */

import type { FrontAnswers, FrontCall } from "../port/front-calls.js";
import type { Output } from "./output.js";

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

export class FrontCalls {
  readonly #output: Output;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Resolves with the answer, which comes soon: the front is never busy. Rejects with the front's reason when it has none. */
  ask<Kind extends FrontCall["kind"]>(
    question: Extract<FrontCall, { kind: Kind }>,
  ): Promise<FrontAnswers[Kind]> {
    const request = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
      this.#output.send({ type: "ask", request, question });
    });
  }

  /** An answer came: of the kind that was asked for. */
  answered(request: number, answer: FrontAnswers[FrontCall["kind"]]): void {
    this.#take(request)?.resolve(answer as never);
  }

  refused(request: number, reason: string): void {
    this.#take(request)?.reject(new Error(reason));
  }

  #take(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    return waiting;
  }
}
