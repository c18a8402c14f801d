import type { KernelMessage } from "@jupyterlab/services";
import { expect, test } from "vitest";
import { LIVE_MIME, type LiveBundle, type LiveStatus } from "../../kernel/port/live.js";
import type { NotebookCell } from "./notebook-file.js";
import { Printer } from "./printer.js";

const cell = (source: string): NotebookCell => ({ cell_type: "code", source, metadata: {} });

/** A message of the kernel, as far as the printer looks at it. */
const message = (msg_type: string, content: object): KernelMessage.IIOPubMessage =>
  ({ header: { msg_type }, content }) as KernelMessage.IIOPubMessage;

const stream = (text: string) => message("stream", { name: "stdout", text });
const result = (text: string) =>
  message("execute_result", { data: { "text/plain": text }, metadata: {}, execution_count: 1 });
const display = (data: object, id?: string, type = "display_data") =>
  message(type, { data, metadata: {}, transient: id === undefined ? {} : { display_id: id } });

const live = (state: LiveStatus["state"], rows: number, text: string) => {
  const status: LiveStatus = { state, reason: "", text: "" };
  const bundle: LiveBundle = { display: "x", spec: {}, rows: Array(rows).fill({}), status, keepRows: 1 };
  return { [LIVE_MIME]: bundle, "text/plain": text };
};

type Step = { start: [number, string] } | { output: [number, KernelMessage.IIOPubMessage] };

const start = (number: number, source: string): Step => ({ start: [number, source] });
const output = (number: number, what: KernelMessage.IIOPubMessage): Step => ({ output: [number, what] });

function printed(steps: Step[]): string {
  let text = "";
  const printer = new Printer((part) => {
    text += part;
  });
  for (const step of steps) {
    if ("start" in step) printer.started(cell(step.start[1]), step.start[0]);
    else printer.output(cell(""), ...step.output);
  }
  return text;
}

test.each<{ title: string; steps: Step[]; text: string }>([
  { title: "a cell's heading is its number and its code", steps: [start(1, "1 + 1")], text: "[1] 1 + 1\n" },
  {
    title: "of a longer cell only the first line",
    steps: [start(2, "%stream start\n%plot counts\n")],
    text: "[2] %stream start …\n",
  },
  {
    title: "output is indented, in the pieces in which it comes",
    steps: [start(1, "f()"), output(1, stream("a")), output(1, stream("b\n\nc\n"))],
    text: "[1] f()\n    ab\n\n    c\n",
  },
  {
    title: "a result ends its line",
    steps: [start(1, "1 + 1"), output(1, result("2"))],
    text: "[1] 1 + 1\n    2\n",
  },
  {
    title: "what an earlier cell writes late has that cell's number",
    steps: [start(1, "a"), start(2, "b"), output(1, stream("late\n")), output(2, stream("now\n"))],
    text: "[1] a\n[2] b\n[1] …\n    late\n[2] …\n    now\n",
  },
  {
    title: "a heading never continues a line",
    steps: [start(1, "a"), output(1, stream("no end")), start(2, "b")],
    text: "[1] a\n    no end\n[2] b\n",
  },
  {
    title: "of a display its text is shown, without text its types",
    steps: [
      start(1, "a"),
      output(1, display({ "text/html": "<b>", "text/plain": "bold" })),
      output(1, display({ "image/png": "" })),
    ],
    text: "[1] a\n    bold\n    <image/png>\n",
  },
  {
    title: "an update is shown when its text is another",
    steps: [
      start(1, "a"),
      output(1, display({ "text/plain": "1" }, "x")),
      output(1, display({ "text/plain": "1" }, "x", "update_display_data")),
      output(1, display({ "text/plain": "2" }, "x", "update_display_data")),
    ],
    text: "[1] a\n    1\n    2\n",
  },
  {
    title: "of a chart that moves the first rows and the last are shown, not each update between",
    steps: [
      start(1, "%plot counts"),
      output(1, display(live("streaming", 0, "no rows"), "x")),
      output(1, display(live("streaming", 1, "the 2"), "x", "update_display_data")),
      output(1, display(live("streaming", 1, "the 4"), "x", "update_display_data")),
      output(1, display(live("stopped", 1, "the 9"), "x", "update_display_data")),
    ],
    text: "[1] %plot counts\n    no rows\n    the 2\n    the 9\n",
  },
  {
    title: "an error is its traceback, or its name and text when it has none",
    steps: [
      start(1, "a"),
      output(1, message("error", { ename: "E", evalue: "v", traceback: ["E: v", "  at cell 1"] })),
      output(1, message("error", { ename: "E", evalue: "v", traceback: [] })),
    ],
    text: "[1] a\n    E: v\n      at cell 1\n    E: v\n",
  },
  {
    title: "messages that show nothing print nothing",
    steps: [start(1, "a"), output(1, message("status", { execution_state: "busy" }))],
    text: "[1] a\n",
  },
])("$title", ({ steps, text }) => {
  expect(printed(steps)).toBe(text);
});
