/** The stdin channel: the running cell asks the client that ran it for a line of text. */

import { inputReply, inputRequest } from "../wire/input.js";
import type { Codec, Incoming, Outgoing } from "../wire/message.js";
import type { Cell } from "./cells.js";
import { type Clock, sleep } from "./clock.js";
import type { RequestChannel } from "./request-channel.js";

/** What the evaluator is told about one of its requests for input. */
export type InputAnswer =
  | { type: "inputReply"; request: number; value: string }
  | { type: "inputRefused"; request: number; reason: string };

interface InputRequest {
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
  #requests: InputRequest[] = [];

  /** `answer` gets exactly one answer to each request, unless it is cancelled. */
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

  /** Asks the client of `cell`; refused when that client allows no input or is gone. `request` is its number. */
  async ask(cell: Cell, request: number, prompt: string, password: boolean): Promise<void> {
    if (!cell.allowStdin) {
      this.#answer({ type: "inputRefused", request, reason: NOT_ALLOWED });
      return;
    }
    const asked = { request, cell, id: this.#codec.newId() };
    this.#requests.push(asked);
    const sent = await this.#deliver(asked, { ...inputRequest(prompt, password), id: asked.id });
    if (!sent && this.#remove(asked)) this.#answer({ type: "inputRefused", request, reason: GONE });
  }

  /** A client connects its channels one after the other: its stdin may come a moment after its first cell. */
  async #deliver(asked: InputRequest, message: Outgoing): Promise<boolean> {
    const { requester } = asked.cell;
    for (const waitMs of RETRIES_MS) {
      if (await this.#channel.send(requester, message)) return true;
      await sleep(this.#clock, waitMs);
      if (!this.#requests.includes(asked)) return false; // cancelled: it must not come after idle
    }
    return this.#channel.send(requester, message);
  }

  /** A message on the stdin channel. Answers to no open request are ignored. */
  take(message: Incoming): void {
    if (message.type !== inputReply.type) return;
    const asked = this.#requests.find((open) => answers(message, open));
    if (asked !== undefined && this.#remove(asked)) this.#answer(answerOf(message, asked));
  }

  /** The cell has ended, was interrupted, or the evaluator is gone: nobody waits for an answer any more. */
  cancel(): void {
    this.#requests = [];
  }

  #remove(asked: InputRequest): boolean {
    const before = this.#requests.length;
    this.#requests = this.#requests.filter((open) => open !== asked);
    return this.#requests.length < before;
  }
}

function answerOf(message: Incoming, { request }: InputRequest): InputAnswer {
  const value = inputReply.read(message).value;
  return value === undefined
    ? { type: "inputRefused", request, reason: MALFORMED }
    : { type: "inputReply", request, value };
}

/** Some clients leave the parent of an answer empty: it is then for the oldest request to that client. */
function answers(message: Incoming, { cell, id }: InputRequest): boolean {
  const client = Buffer.concat(message.identities);
  if (!client.equals(Buffer.concat(cell.requester.identities))) return false;
  return message.parentId === undefined || message.parentId === id;
}
