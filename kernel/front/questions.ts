/** What the evaluator asks the front: this table is what the front answers. */

import type { FrontAnswers, FrontQuestion } from "../port/questions.js";
import type { Connection } from "../wire/connection.js";
import type { History } from "./history.js";

export interface QuestionsOptions {
  history: Pick<History, "read">;
  connection: Connection;
  /** The connection file. */
  file: string | undefined;
}

type Asked<Kind> = Extract<FrontQuestion, { kind: Kind }>;
type Table = {
  [Kind in FrontQuestion["kind"]]: (question: Asked<Kind>) => Promise<FrontAnswers[Kind]>;
};

export class Questions {
  readonly #options: QuestionsOptions;
  readonly #table: Table = {
    history: ({ access }) => this.#options.history.read(access),
    connection: async () => this.#connection(),
  };

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** Never waits for a cell. */
  answer<Kind extends FrontQuestion["kind"]>(question: Asked<Kind>): Promise<FrontAnswers[Kind]> {
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
