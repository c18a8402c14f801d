import { describe, expect, it } from "vitest";
import { commMsg, commOpen, commOutput } from "./comm.js";
import { commInfo } from "./comm-info.js";
import { complete } from "./complete.js";
import { displayData } from "./display.js";
import { execute } from "./execute.js";
import type { JsonObject } from "./fields.js";
import { history } from "./history.js";
import { inputReply } from "./input.js";
import { inspect } from "./inspect.js";
import { isComplete } from "./is-complete.js";
import type { Incoming } from "./message.js";
import { shutdown } from "./shutdown.js";

function incoming(type: string, content: JsonObject, metadata: JsonObject = {}): Incoming {
  return {
    id: "i",
    type,
    session: "s",
    headerJson: "{}",
    identities: [],
    parentId: undefined,
    metadata,
    content,
    buffers: [],
  };
}

describe("requests that name only what they must have the defaults of the protocol", () => {
  it.each([
    [
      execute,
      { code: "1" },
      {
        silent: false,
        storeHistory: true,
        userExpressions: {},
        allowStdin: false,
        stopOnError: true,
        notebookCell: undefined,
      },
    ],
    [execute, { code: "1", silent: true, store_history: true }, { silent: true, storeHistory: false }],
    [complete, { code: "😀ab" }, { cursor: 4 }],
    [complete, { code: "😀ab", cursor_pos: 2 }, { cursor: 3 }],
    [inspect, { code: "ab", cursor_pos: 1 }, { cursor: 1, detail: 0 }],
    [inspect, { code: "ab", cursor_pos: null, detail_level: 1 }, { cursor: 2, detail: 1 }],
    [isComplete, { code: "if (" }, { code: "if (" }],
    [history, { hist_access_type: "tail" }, { access: { type: "tail", n: 10 }, output: false }],
    [
      history,
      { hist_access_type: "range", start: 2 },
      { access: { type: "range", session: 0, start: 2, stop: undefined } },
    ],
    [
      history,
      { hist_access_type: "search", n: 3 },
      { access: { type: "search", pattern: "*", n: 3, unique: false } },
    ],
    [commInfo, {}, { target: undefined }],
    [shutdown, {}, { restart: false }],
    [inputReply, { value: "v" }, { value: "v" }],
    [commOpen, { comm_id: "c", target_name: "t" }, { comm: "c", target: "t", data: {} }],
  ])("%o reads %j", (conversation, content, expected) => {
    const type = "type" in conversation ? conversation.type : conversation.requestType;
    expect(conversation.read(incoming(type, content))).toMatchObject(expected);
  });

  it("takes the notebook's own id of a cell from the metadata", () => {
    const message = incoming("execute_request", { code: "" }, { cellId: "abc" });
    expect(execute.read(message).notebookCell).toBe("abc");
  });
});

describe("requests that cannot be read are refused with what is wrong", () => {
  it.each([
    [execute, {}, "execute_request: `code` must be a string and is missing"],
    [execute, { code: 1 }, "execute_request: `code` must be a string and is 1"],
    [execute, { code: "", silent: "yes" }, 'execute_request: `silent` must be true or false and is "yes"'],
    [
      complete,
      { code: "a", cursor_pos: 1.5 },
      "complete_request: `cursor_pos` must be an integer and is 1.5",
    ],
    [
      history,
      { hist_access_type: "all" },
      'history_request: `hist_access_type` must be tail, range or search and is "all"',
    ],
    [commMsg, {}, "comm_msg: `comm_id` must be a string and is missing"],
  ])("%o: %j", (conversation, content, text) => {
    const type = "type" in conversation ? conversation.type : conversation.requestType;
    expect(() => conversation.read(incoming(type, content))).toThrow(text);
  });
});

describe("replies and outputs", () => {
  it("count cursor positions of a completion in code points", () => {
    const matches = [{ text: "abs", type: "function", signature: "abs(x)" }];
    const content = complete.write({ code: "😀 Math.ab", matches, start: 8, end: 10 });
    expect(content).toEqual({
      status: "ok",
      matches: ["abs"],
      cursor_start: 7,
      cursor_end: 9,
      metadata: {
        _jupyter_types_experimental: [
          { text: "abs", type: "function", signature: "abs(x)", start: 7, end: 9 },
        ],
      },
    });
  });

  it.each([
    [
      { status: "ok" as const, userExpressions: {}, payload: [] },
      { status: "ok", user_expressions: {}, payload: [] },
    ],
    [{ status: "aborted" as const }, { status: "aborted" }],
    [
      { status: "error" as const, ename: "E", evalue: "v", traceback: ["t"] },
      { ename: "E", evalue: "v", traceback: ["t"] },
    ],
  ])("an execute_reply %j has its execution count", (reply, expected) => {
    const full = { ...reply, executionCount: 3, startedMs: 0 };
    expect(execute.write(full)).toMatchObject({ ...expected, execution_count: 3 });
    expect(execute.writeMetadata?.(full)).toEqual({ started: "1970-01-01T00:00:00.000Z" });
  });

  it("give nothing for an inspection without a find", () => {
    expect(inspect.write({ found: false, markdown: "", text: "" })).toMatchObject({ found: false, data: {} });
  });

  it("put an output beside the input in a history that asks for it, null for none", () => {
    const entries = [
      { session: 1, line: 1, input: "1", output: "1" },
      { session: 1, line: 2, input: "x", output: undefined },
    ];
    expect(history.write({ entries, output: true }).history).toEqual([
      [1, 1, ["1", "1"]],
      [1, 2, ["x", null]],
    ]);
    expect(history.write({ entries, output: false }).history).toEqual([
      [1, 1, "1"],
      [1, 2, "x"],
    ]);
  });

  it("name a display's id as transient, and have an empty transient without one", () => {
    const display = { data: { "text/plain": "x" }, metadata: {} };
    expect(displayData({ ...display, displayId: "d" }).content.transient).toEqual({ display_id: "d" });
    expect(displayData({ ...display, displayId: undefined }).content.transient).toEqual({});
  });

  it("name the target of a comm only where it is opened", () => {
    const message = { comm: "c", target: "t", data: 1, metadata: {}, buffers: [] };
    expect(commOutput("open", message).content).toEqual({ comm_id: "c", target_name: "t", data: 1 });
    expect(commOutput("msg", message).content).toEqual({ comm_id: "c", data: 1 });
  });
});
