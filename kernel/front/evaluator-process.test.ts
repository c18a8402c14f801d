import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { encodeFrame, type Frame } from "../port/frame.js";
import { systemClock } from "./clock.js";
import { EvaluatorProcess } from "./evaluator-process.js";

const folder = mkdtempSync(join(tmpdir(), "evaluator-process-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that runs this program; what had come from it when it was told to have ended. */
async function ended(source: string, { paused = false } = {}) {
  const entry = join(folder, "program.mjs");
  writeFileSync(entry, source);
  let raw = "";
  const messages: unknown[] = [];
  const listener = {
    message: (frame: Frame<unknown>) => messages.push(frame.message),
    engine: () => undefined,
    raw: (name: string, text: string) => {
      raw += `${name}: ${text}`;
    },
    exited: () => undefined,
  };
  const program = { entry, execArgv: [], env: {}, cwd: folder };
  const evaluator = new EvaluatorProcess(program, listener, systemClock, () => undefined);
  evaluator.paused = paused;
  const { lastWords } = await evaluator.ended;
  return { lastWords, raw, messages };
}

test("what a process says last is there when it has ended, however near to its end it is said", async () => {
  const source = `
    import { writeSync } from "node:fs";
    writeSync(2, "the last words\\n");
    process.exit(3);
  `;
  const said = { lastWords: "the last words\n", raw: "stderr: the last words\n", messages: [] };
  for (let time = 0; time < 10; time++) expect(await ended(source)).toEqual(said);
});

test("what a process has shown before it ended is read though its pipes were paused", async () => {
  const frame = JSON.stringify([...encodeFrame({ type: "display", data: {} })]);
  const source = `
    import { writeSync } from "node:fs";
    writeSync(4, Uint8Array.from(${frame}));
  `;
  const { messages } = await ended(source, { paused: true });
  expect(messages).toEqual([{ type: "display", data: {} }]);
});
