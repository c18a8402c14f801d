/** What the evaluator asks the front: this table is what the front answers. */

import type { ToEvaluator } from "../port/evaluator.js";
import type { FrontAnswers, FrontCall } from "../port/front-calls.js";
import type { Connection } from "../wire/connection.js";
import type { History } from "./history.js";
import { messageOf } from "./log.js";

export interface EvaluatorCallsOptions {
  history: Pick<History, "read">;
  connection: Connection;
  /** The connection file. */
  file: string | undefined;
}

type Asked<Kind> = Extract<FrontCall, { kind: Kind }>;
type Table = {
  [Kind in FrontCall["kind"]]: (question: Asked<Kind>) => Promise<FrontAnswers[Kind]>;
};

export class EvaluatorCalls {
  readonly #options: EvaluatorCallsOptions;
  readonly #table: Table = {
    history: ({ access }) => this.#options.history.read(access),
    connection: async () => this.#connection(),
  };

  constructor(options: EvaluatorCallsOptions) {
    this.#options = options;
  }

  /** What is to be sent to the evaluator, a cell of which waits for it: it always resolves. Never waits for a cell. */
  async reply(request: number, question: FrontCall): Promise<ToEvaluator> {
    try {
      return { type: "answer", request, answer: await this.#answer(question) };
    } catch (error) {
      const reason = `the front cannot answer a question about the ${question.kind}: ${messageOf(error)}`;
      return { type: "answerRefused", request, reason };
    }
  }

  #answer<Kind extends FrontCall["kind"]>(question: Asked<Kind>): Promise<FrontAnswers[Kind]> {
    const answer: Table[Kind] = this.#table[question.kind as Kind];
    return answer(question);
  }

  /** Field by field: the key stays here. */
  #connection(): FrontAnswers["connection"] {
    const { connection, file } = this.#options;
    const { transport, ip, ports } = connection;
    return { transport, ip, ports, file };
  }
}
