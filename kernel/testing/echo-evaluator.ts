/**
 * The toy language on the evaluator's seam: each line of a cell is a verb with its text, and a line without a verb is
 * printed. It shows what an evaluator has to do, and drives every path of the front in its tests.
 */

import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { type CellRequest, type FromEvaluator, rawMark, type ToEvaluator } from "../port/evaluator.js";
import { encodeFrame, FrameReader } from "../port/frame.js";
import type { FrontCall } from "../port/front-calls.js";
import type { TypeCheckMode } from "../port/language.js";
import { type FromEngine, LIVE_MIME, type LiveStatus, type ToEngine } from "../port/live.js";

type Verb = (text: string, cell: CellRequest) => void | Promise<void>;

const STREAMING: LiveStatus = { state: "streaming", reason: "", text: "tick" };

let marks = 0;
let engineSent = 0;
let stopRunning: (error: Error) => void = () => undefined;
const answers = new Map<number, { resolve(value: string): void; reject(error: Error): void }>();
const asked = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
const comms = new Map<string, string>();
const targets = new Set<string>();
let printLate: () => void = () => undefined;
let onComm: () => void = () => undefined;
let commands = "";

const VERBS: Record<string, Verb> = {
  error: (text) => {
    throw new Error(text);
  },
  exit: (text) => process.exit(Number(text)),
  kill: (text) => void process.kill(process.pid, text),
  hang: () => {
    for (;;);
  },
  wait: () => new Promise(() => undefined),
  pid: (_, cell) => print(cell, `${process.pid}\n`),
  err: (text, cell) => send({ type: "stream", cell: cell.cell, name: "stderr", text: `${text}\n` }),
  input: async (text, cell) => print(cell, `${await ask(cell, text, false)}\n`),
  password: async (text, cell) => print(cell, `${await ask(cell, text, true)}\n`),
  history: async (text, cell) =>
    print(
      cell,
      `${JSON.stringify(await question({ kind: "history", access: { type: "tail", n: Number(text) } }))}\n`,
    ),
  typecheck: (text, { cell }) => send({ type: "typeCheck", cell, mode: text as TypeCheckMode }),
  connection: async (_, cell) => print(cell, `${JSON.stringify(await question({ kind: "connection" }))}\n`),
  result: (text, { cell, executionCount }) =>
    send({ type: "result", cell, executionCount, data: { "text/plain": text }, metadata: {} }),
  display: (text, cell) => show(cell, { "text/plain": text }),
  update: (text, { cell }) =>
    send({ type: "updateDisplay", cell, data: { "text/plain": text }, metadata: {}, displayId: "d" }),
  clear: (_, { cell }) => send({ type: "clear", cell, wait: true }),
  cleartext: (_, { cell }) => send({ type: "clear", cell, wait: true, textOnly: true }),
  /** Printed when the next cell begins. */
  late: (text, cell) => {
    printLate = () => print(cell, `${text}\n`);
  },
  flood: (text, cell) => {
    for (let i = 0; i < Number(text); i++) print(cell, `line ${i} of a flood of text that nobody can read\n`);
  },
  /** So many lines of ten thousand letters. */
  torrent: (text, cell) => {
    for (let i = 0; i < Number(text); i++) print(cell, `${"x".repeat(10_000)}\n`);
  },
  displays: (text, cell) => {
    for (let i = 0; i < Number(text); i++) show(cell, { "text/plain": String(i) });
  },
  raw: (text) => void writeSync(1, `${text}\n`),
  rawerr: (text) => void writeSync(2, `${text}\n`),
  message: () =>
    new Promise((resolve) => {
      onComm = resolve;
    }),
  target: (text) => void targets.add(text),
  open: (text, { cell }) => {
    comms.set(`from-${text}`, text);
    send({ type: "comm", event: "open", comm: `from-${text}`, target: text, data: { hello: text }, cell });
  },
  live: (text, cell) => showLive(text, cell),
  change: (text) => change(text),
  close: (text) =>
    engine({
      type: "liveClose",
      display: text,
      status: { ...STREAMING, state: "stopped", reason: "closed" },
    }),
  /** What the extension's thread says from now on is in its pipe only when a button was pressed. */
  hold: () => pipe5.cork(),
  engine: (text, { cell }) => engine({ type: "stream", cell, name: "stdout", text: `${text}\n` }),
  commands: (_, cell) => print(cell, `${commands}\n`),
};

type MessageOf = { [Message in ToEvaluator as Message["type"]]: Message };

const RECEIVE: { [Type in keyof MessageOf]: (message: MessageOf[Type], buffers: Uint8Array[]) => void } = {
  init: () => {
    send({ type: "ready" });
    send({ type: "listening" });
  },
  run: (message) => void run(message),
  interrupt: () => {
    send({ type: "interrupted" });
    stopRunning(Object.assign(new Error("interrupted"), { name: "KeyboardInterrupt" }));
  },
  answer: ({ request, answer }) => asked.get(request)?.resolve(answer),
  answerRefused: ({ request, reason }) => asked.get(request)?.reject(new Error(reason)),
  preview: ({ request, name }) => send({ type: "preview", request, text: `${name} holds echo` }),
  inputReply: ({ request, value }) => answers.get(request)?.resolve(value),
  inputRefused: ({ request, reason }) => answers.get(request)?.reject(new Error(reason)),
  comm: (message, buffers) => receiveComm(message, buffers),
  shutdown: () => process.exit(0),
};

async function run(cell: CellRequest): Promise<void> {
  const stopped = new Promise<never>((_, reject) => {
    stopRunning = reject;
  });
  const error = await Promise.race([runLines(cell), stopped]).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  const mark = ++marks;
  for (const fd of [1, 2]) writeSync(fd, rawMark(mark));
  if (error === undefined) {
    const data = (text: string) => ({ status: "ok" as const, data: { "text/plain": text }, metadata: {} });
    const userExpressions = Object.fromEntries(
      Object.entries(cell.userExpressions).map(([k, v]) => [k, data(v)]),
    );
    send({
      type: "done",
      cell: cell.cell,
      mark,
      engineSent,
      outcome: { status: "ok", userExpressions, payload: [] },
      compiled: true,
    });
  } else {
    const evalue = error.message;
    const outcome = { status: "error" as const, ename: error.name, evalue, traceback: [evalue] };
    send({ type: "done", cell: cell.cell, mark, engineSent, outcome, compiled: false });
  }
}

async function runLines(cell: CellRequest): Promise<void> {
  printLate();
  printLate = () => undefined;
  for (const line of cell.code.split("\n").filter((l) => l !== "")) {
    const [verb = "", ...words] = line.split(" ");
    const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (act === undefined) print(cell, `${line}\n`);
    else await act(words.join(" "), cell);
  }
}

function ask({ cell }: CellRequest, prompt: string, password: boolean): Promise<string> {
  const request = answers.size + 1;
  send({ type: "input", cell, request, prompt, password });
  return new Promise((resolve, reject) => answers.set(request, { resolve, reject }));
}

function question(of: FrontCall): Promise<unknown> {
  const request = asked.size + 1;
  send({ type: "ask", request, question: of });
  return new Promise((resolve, reject) => asked.set(request, { resolve, reject }));
}

function receiveComm(message: MessageOf["comm"], buffers: Uint8Array[]): void {
  const { comm, event, target = comms.get(comm) ?? "", request } = message;
  const cause = request === undefined ? {} : { cell: request };
  if (event === "open" && targets.has(target)) comms.set(comm, target);
  else if (event === "open") send({ type: "comm", event: "close", comm, data: {}, ...cause });
  else if (event === "close") comms.delete(comm);
  else send({ type: "comm", event: "msg", comm, data: message.data, ...cause }, buffers);
  if (request !== undefined) send({ type: "commHandled", request });
  if (event === "msg") onComm();
}

function show({ cell }: CellRequest, data: Record<string, unknown>): void {
  send({ type: "display", cell, data, metadata: {}, displayId: "d" });
}

function showLive(display: string, { cell }: CellRequest): void {
  const live = { display, spec: { mark: "bar" }, rows: [{ n: 0 }], status: STREAMING, keepRows: 3 };
  send({ type: "display", cell, data: { [LIVE_MIME]: live }, metadata: {} });
}

function change(text: string): void {
  const [display = "", ...numbers] = text.split(" ");
  const rows = numbers.map((n) => ({ n: Number(n) }));
  engine({ type: "liveChange", display, mode: "append", rows, status: STREAMING });
}

function print({ cell }: CellRequest, text: string): void {
  send({ type: "stream", cell, name: "stdout", text });
}

function send(message: FromEvaluator, buffers: Uint8Array[] = []): void {
  writeAll(4, encodeFrame(message, buffers));
}

function engine(message: FromEngine): void {
  engineSent += 1;
  pipe5.write(encodeFrame(message));
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** Requests are read as they come; the end of the pipe means that the front is gone. */
function listen<M>(fd: number, take: (message: M, buffers: Uint8Array[]) => void): Socket {
  const reader = new FrameReader<M>();
  const pipe = new Socket({ fd, readable: true, writable: true });
  pipe.on("data", (bytes) => {
    for (const { message, buffers } of reader.push(bytes)) take(message, buffers);
  });
  return pipe.on("end", () => process.exit(0));
}

const pipe5 = listen<ToEngine>(5, (message) => {
  commands += `${JSON.stringify(message)} `;
  pipe5.uncork();
});
process.on("SIGINT", () => undefined);
listen<ToEvaluator>(3, (message, buffers) => receive(message.type, message, buffers));

function receive<Type extends keyof MessageOf>(
  type: Type,
  message: MessageOf[Type],
  buffers: Uint8Array[],
): void {
  RECEIVE[type](message, buffers);
}
