/** The stdin channel: the running cell asks the client that ran it for a line of text. */

import { inputReply, inputRequest } from "../wire/input.js";
import type { Codec, Incoming, Outgoing } from "../wire/message.js";
import type { Cell } from "./cells.js";
import { type Clock, sleep } from "./clock.js";
import type { RequestChannel } from "./request-channel.js";

/** What the evaluator is told about one of its questions. */
export type InputAnswer =
  | { type: "inputReply"; request: number; value: string }
  | { type: "inputRefused"; request: number; reason: string };

interface Question {
  request: number;
  cell: Cell;
  /** msg_id of the input_request. */
  id: string;
}

const GONE = "the front end that ran this cell is not connected any more";

const MALFORMED = "the front end answered with an input_reply whose `value` is no string";

/** Pauses between the attempts to reach the client. */
const RETRIES_MS = [50, 100, 200, 400];

const NOT_ALLOWED =
  "this front end does not take input (allow_stdin is false in its request): run the cell where a person can answer, or pass the value in the code";

export class Stdin {
  readonly #channel: Pick<RequestChannel, "send">;
  readonly #codec: Pick<Codec, "newId">;
  readonly #answer: (answer: InputAnswer) => void;
  readonly #clock: Clock;
  #questions: Question[] = [];

  /** `answer` gets exactly one answer to each question, unless it is cancelled. */
  constructor(
    channel: Pick<RequestChannel, "send">,
    codec: Pick<Codec, "newId">,
    answer: (answer: InputAnswer) => void,
    clock: Clock,
  ) {
    this.#clock = clock;
    this.#channel = channel;
    this.#codec = codec;
    this.#answer = answer;
  }

  /** Asks the client of `cell`; refused when that client allows no input or is gone. `request` names the question. */
  async ask(cell: Cell, request: number, prompt: string, password: boolean): Promise<void> {
    if (!cell.allowStdin) {
      this.#answer({ type: "inputRefused", request, reason: NOT_ALLOWED });
      return;
    }
    const question = { request, cell, id: this.#codec.newId() };
    this.#questions.push(question);
    const sent = await this.#deliver(question, { ...inputRequest(prompt, password), id: question.id });
    if (!sent && this.#remove(question)) this.#answer({ type: "inputRefused", request, reason: GONE });
  }

  /** A client connects its channels one after the other: its stdin may come a moment after its first cell. */
  async #deliver(question: Question, message: Outgoing): Promise<boolean> {
    const { requester } = question.cell;
    for (const waitMs of RETRIES_MS) {
      if (await this.#channel.send(requester, message)) return true;
      await sleep(this.#clock, waitMs);
      if (!this.#questions.includes(question)) return false; // cancelled: it must not come after idle
    }
    return this.#channel.send(requester, message);
  }

  /** A message on the stdin channel. Answers to no open question are ignored. */
  take(message: Incoming): void {
    if (message.type !== inputReply.type) return;
    const question = this.#questions.find((open) => answers(message, open));
    if (question !== undefined && this.#remove(question)) this.#answer(answerOf(message, question));
  }

  /** The cell has ended, was interrupted, or the evaluator is gone: nobody waits for an answer any more. */
  cancel(): void {
    this.#questions = [];
  }

  #remove(question: Question): boolean {
    const before = this.#questions.length;
    this.#questions = this.#questions.filter((open) => open !== question);
    return this.#questions.length < before;
  }
}

function answerOf(message: Incoming, { request }: Question): InputAnswer {
  const value = inputReply.read(message).value;
  return value === undefined
    ? { type: "inputRefused", request, reason: MALFORMED }
    : { type: "inputReply", request, value };
}

/** Some clients leave the parent of an answer empty: it is then for the oldest question to that client. */
function answers(message: Incoming, { cell, id }: Question): boolean {
  const client = Buffer.concat(message.identities);
  if (!client.equals(Buffer.concat(cell.requester.identities))) return false;
  return message.parentId === undefined || message.parentId === id;
}
