import { describe, expect, test } from "vitest";
import { NotebookFile } from "./notebook-file.js";

/** A notebook as JupyterLab saves it: what is in the file is what there was when the save began. */
function notebook() {
  const model = { dirty: false };
  let tell = (_state: string): void => undefined;
  const saveState = {
    connect: (slot: (context: never, state: string) => void, that: unknown) => {
      tell = (state) => slot.call(that, undefined as never, state);
      return true;
    },
  };
  const file = new NotebookFile({ model, saveState } as never);
  const begin = () => tell("started");
  const end = (state: "completed" | "failed") => {
    if (state === "completed") model.dirty = false;
    tell(state);
  };
  return { model, file, begin, end };
}

describe("a notebook is marked as changed", () => {
  test("by a change, until it is saved", () => {
    const { model, file, begin, end } = notebook();
    file.changed();
    expect(model.dirty).toBe(true);
    begin();
    end("completed");
    expect(model.dirty).toBe(false);
  });

  test.each(["completed", "failed"] as const)(
    "by one that came while it was being saved, which %s, until the next save",
    (state) => {
      const { model, file, begin, end } = notebook();
      begin();
      file.changed();
      end(state);
      expect(model.dirty).toBe(true);
      begin();
      end("completed");
      expect(model.dirty).toBe(false);
    },
  );
});

test("what is written before a save is asked for at each, until it is ended", () => {
  const { file, begin, end } = notebook();
  let written = 0;
  const stop = file.beforeSave(() => {
    written += 1;
  });
  for (let save = 0; save < 2; save++) {
    begin();
    end("completed");
  }
  stop();
  begin();
  expect(written).toBe(2);
});
