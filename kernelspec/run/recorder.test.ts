import type { KernelMessage } from "@jupyterlab/services";
import { expect, test } from "vitest";
import type { NotebookCell } from "./notebook-file.js";
import { Recorder } from "./recorder.js";

/** A message of the kernel, as far as the recorder looks at it. */
const message = (msg_type: string, content: object): KernelMessage.IIOPubMessage =>
  ({ header: { msg_type }, content }) as KernelMessage.IIOPubMessage;
const stream = (name: string, text: string) => message("stream", { name, text });
const data = (text: string) => ({ data: { "text/plain": text }, metadata: {} });

/** The cell after a run in which it caused these messages. */
function recorded(...messages: KernelMessage.IIOPubMessage[]): NotebookCell {
  const cell: NotebookCell = {
    cell_type: "code",
    source: "",
    metadata: {},
    outputs: [{ output_type: "stream", name: "stdout", text: "of an earlier run" }],
    execution_count: 7,
  };
  const recorder = new Recorder();
  recorder.started(cell);
  for (const each of messages) recorder.output(cell, 1, each);
  return cell;
}

test("a cell that runs again loses what it showed", () => {
  expect(recorded()).toMatchObject({ outputs: [], execution_count: null });
});

test("text of one stream is one output, of two streams two", () => {
  expect(recorded(stream("stdout", "a"), stream("stdout", "b"), stream("stderr", "c")).outputs).toEqual([
    { output_type: "stream", name: "stdout", text: "ab" },
    { output_type: "stream", name: "stderr", text: "c" },
  ]);
});

test("a result has the cell's number", () => {
  const cell = recorded(
    message("execute_input", { code: "", execution_count: 3 }),
    message("execute_result", { ...data("42"), execution_count: 3, transient: {} }),
  );
  expect(cell.execution_count).toBe(3);
  expect(cell.outputs).toEqual([{ output_type: "execute_result", ...data("42"), execution_count: 3 }]);
});

test("an update changes every display of its id, where it stands", () => {
  const shown = { ...data("1"), transient: { display_id: "x" } };
  const cell = recorded(
    message("display_data", shown),
    stream("stdout", "between"),
    message("display_data", shown),
    message("update_display_data", { ...data("2"), transient: { display_id: "x" } }),
  );
  expect(cell.outputs?.map((output) => output.data ?? output.text)).toEqual([
    data("2").data,
    "between",
    data("2").data,
  ]);
});

test("an error is kept with its traceback", () => {
  const error = { ename: "E", evalue: "v", traceback: ["E: v"] };
  expect(recorded(message("error", error)).outputs).toEqual([{ output_type: "error", ...error }]);
});

test("output that is cleared is gone", () => {
  expect(recorded(stream("stdout", "a"), message("clear_output", { wait: false })).outputs).toEqual([]);
});
