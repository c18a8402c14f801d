/**
 * One request of a test and everything that answers it, as a transcript to be asserted line by line:
 *
 *   const cell = client.execute("1+1");
 *   await cell.recvBusy();
 *   await cell.recvExecuteInput("1+1", 1);
 *   await cell.recvResult({ "text/plain": "2" });
 *   await cell.recvReply({ status: "ok", execution_count: 1 });
 *   await cell.recvIdle();
 *   cell.assertNothingLeft();
 *
 * What a test does not take is a failure when its kernel stops.
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { JsonObject } from "../wire/fields.js";
import type { Incoming } from "../wire/message.js";
import type { StreamName } from "../wire/stream.js";
import { Mailbox } from "./mailbox.js";

/** Everything an exchange gave until its reply and its idle, for tests that look at the whole. */
export interface Transcript {
  /** Content of the reply. */
  reply: JsonObject;
  /** What came on iopub between busy and idle, without both, in order. */
  output: Incoming[];
}

export class Exchange {
  /** What the kernel published with this request as parent. */
  readonly iopub = new Mailbox<Incoming>();
  /** Replies on the channel of the request. */
  readonly replies = new Mailbox<Incoming>();
  /** Questions on stdin. */
  readonly stdin = new Mailbox<Incoming>();

  /** `name` says in error messages which request it is. */
  constructor(
    readonly id: string,
    readonly name: string,
  ) {}

  /** The next message on iopub, which must be of `type`. */
  async recv(type: string): Promise<Incoming> {
    const message = await this.iopub.take(`${type} of ${this.name}`);
    strictEqual(message.type, type, `${this.name}: expected ${type}, got ${describe(message)}`);
    return message;
  }

  recvBusy(): Promise<void> {
    return this.#recvStatus("busy");
  }

  recvIdle(): Promise<void> {
    return this.#recvStatus("idle");
  }

  async recvExecuteInput(code: string, executionCount: number): Promise<void> {
    const { content } = await this.recv("execute_input");
    deepStrictEqual(content, { code, execution_count: executionCount });
  }

  /** Text of a stream, in however many messages it comes. */
  async recvStream(name: StreamName, text: string): Promise<void> {
    let got = "";
    while (got !== text) {
      const { content } = await this.recv("stream");
      strictEqual(content.name, name, `${this.name}: text on ${content.name}: ${content.text}`);
      got += content.text;
      strictEqual(got, text.slice(0, got.length), `${this.name}: wrong text on ${name}`);
    }
  }

  /** Text of a stream that must match; returns it. Joins messages until it does. */
  async recvStreamLike(name: StreamName, pattern: RegExp): Promise<string> {
    let got = "";
    while (!pattern.test(got)) {
      const { content } = await this.recv("stream");
      strictEqual(content.name, name, `stream ${content.name}: ${content.text}`);
      got += content.text;
    }
    return got;
  }

  async recvResult(data: JsonObject, executionCount?: number): Promise<void> {
    const { content } = await this.recv("execute_result");
    deepStrictEqual(content.data, data);
    if (executionCount !== undefined) strictEqual(content.execution_count, executionCount);
  }

  /** display_data or update_display_data; returns the content. */
  async recvDisplay(type: "display_data" | "update_display_data", data?: JsonObject): Promise<JsonObject> {
    const { content } = await this.recv(type);
    if (data !== undefined) deepStrictEqual(content.data, data);
    return content;
  }

  async recvError(ename: string, evalue: RegExp): Promise<void> {
    assertError((await this.recv("error")).content, ename, evalue);
  }

  /** The reply; the fields of `expected` must be in its content. Returns the content. */
  async recvReply(expected: JsonObject): Promise<JsonObject> {
    const { content } = await this.replies.take(`the reply to ${this.name}`);
    const got = Object.fromEntries(Object.keys(expected).map((key) => [key, content[key]]));
    deepStrictEqual(got, expected, `${this.name}: reply was ${JSON.stringify(content)}`);
    return content;
  }

  async recvErrorReply(ename: string, evalue: RegExp): Promise<void> {
    const content = await this.recvReply({ status: "error" });
    assertError(content, ename, evalue);
  }

  /** The question on stdin: its content. */
  async recvInputRequest(expected: JsonObject): Promise<Incoming> {
    const message = await this.stdin.take(`input_request of ${this.name}`);
    strictEqual(message.type, "input_request");
    deepStrictEqual(message.content, expected);
    return message;
  }

  /** busy and execute_input of a cell, as every cell that is not silent begins. */
  async recvStart(code: string, executionCount: number): Promise<void> {
    await this.recvBusy();
    await this.recvExecuteInput(code, executionCount);
  }

  /** An ok reply and idle, and nothing else. */
  async recvEnd(): Promise<void> {
    await this.recvReply({ status: "ok" });
    await this.recvIdle();
    this.assertNothingLeft();
  }

  /** Takes everything up to idle and the reply. A busy that is said again while the cell runs is left out. */
  async finish(): Promise<Transcript> {
    const output: Incoming[] = [];
    await this.recvBusy();
    for (;;) {
      const message = await this.iopub.take(`idle of ${this.name}`);
      if (message.type !== "status") output.push(message);
      else if (message.content.execution_state === "idle") break;
    }
    const { content } = await this.replies.take(`the reply to ${this.name}`);
    return { reply: content, output };
  }

  /** @throws AssertionError listing the messages that no test has taken. */
  assertNothingLeft(): void {
    const left = [...this.iopub.left, ...this.replies.left, ...this.stdin.left].map(describe);
    deepStrictEqual(left, [], `${this.name}: unasserted messages`);
  }

  async #recvStatus(state: string): Promise<void> {
    const { content } = await this.recv("status");
    strictEqual(content.execution_state, state, `${this.name}: expected ${state}`);
  }
}

/** One line about a message, for failures. */
function describe(message: Incoming): string {
  return `${message.type} ${JSON.stringify(message.content).slice(0, 300)}`;
}

/** All text of one stream in a transcript. */
export function textOf(transcript: Transcript, name: StreamName): string {
  const streams = transcript.output.filter(({ type, content }) => type === "stream" && content.name === name);
  return streams.map(({ content }) => content.text).join("");
}

function assertError(content: JsonObject, ename: string, evalue: RegExp): void {
  strictEqual(content.ename, ename, `error was ${JSON.stringify(content)}`);
  strictEqual(
    evalue.test(String(content.evalue)),
    true,
    `evalue "${content.evalue}" does not match ${evalue}`,
  );
  strictEqual(Array.isArray(content.traceback), true, "traceback is a list of lines");
}
