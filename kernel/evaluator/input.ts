/** Questions of cells to the person at the front end. */

import type { CellRequest } from "../port/evaluator.js";
import type { Output } from "./output.js";

interface Waiting {
  cell: CellRequest;
  resolve(value: string): void;
  reject(error: Error): void;
}

export class InputRequests {
  readonly #output: Output;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Asks; rejects when the front end of the cell allows no input, refuses, or the cell ends. */
  ask(request: CellRequest, isOver: boolean, prompt: string, password: boolean): Promise<string> {
    if (!request.allowStdin)
      return Promise.reject(new Error("this front end allows no input, so input() cannot ask"));
    if (isOver)
      return Promise.reject(
        new Error(`the cell In[${request.executionCount}] is over, so it cannot ask for input`),
      );
    const id = ++this.#last;
    const answer = new Promise<string>((resolve, reject) => {
      this.#waiting.set(id, { cell: request, resolve, reject });
    });
    this.#output.send({ type: "input", cell: request.cell, request: id, prompt, password });
    return answer;
  }

  /** An answer came; one to a question that nobody waits for any more is ignored. */
  answer(request: number, value: string): void {
    this.#take(request)?.resolve(value);
  }

  refuse(request: number, reason: string): void {
    this.#take(request)?.reject(new Error(reason));
  }

  /** The cell is over: who still waits gets the interrupt that has ended it, or hears that it ended by itself. */
  cancel({ cell, executionCount }: CellRequest, interrupt: Error | undefined): void {
    const unanswered = `the cell In[${executionCount}] ended before its input was answered: write await input(…)`;
    for (const [request, waiting] of this.#waiting) {
      if (waiting.cell.cell === cell) this.#take(request)?.reject(interrupt ?? new Error(unanswered));
    }
  }

  #take(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    return waiting;
  }
}
