import { textOf } from "../../kernel/testing/exchange.js";
import { median } from "../measure.js";
import { finish, inTime, type Language, type RunningPeer } from "./peer.js";

/** What a kernel does in one respect, in a few words; a kernel that is stuck afterwards is replaced. */
export interface Conversation {
  what: string;
  measure(running: RunningPeer): Promise<string>;
}

const CELLS = 150;
const LINES = 20;

type Texts = Record<Language, string>;

const PRINTS: Texts = {
  typescript: `for (let i = 0; i < ${LINES}; i++) console.log("line", i)`,
  python: `for i in range(${LINES}): print("line", i)`,
};
const LATE: Texts = {
  typescript: 'setTimeout(() => console.log("late"), 300)',
  python: 'import asyncio\n_ = asyncio.get_running_loop().call_later(0.3, lambda: print("late", flush=True))',
};
const FAILS: Texts = { typescript: "null.x", python: "None.x" };
const EXITS: Texts = { typescript: "process.exit(3)", python: "import os; os._exit(3)" };
const BUSY: Texts = {
  typescript: "{ const end = Date.now() + 3_000; while (Date.now() < end); }",
  python: "import time\nend = time.time() + 3\nwhile time.time() < end: pass",
};
const ASKS: Texts = { typescript: 'prompt("name")', python: 'input("name")' };

export const CONVERSATIONS: Conversation[] = [
  { what: `cells of ${CELLS} × ${LINES} prints that lost output or sent it after idle`, measure: lateCells },
  { what: "output of a timer when its cell is over", measure: lateOutput },
  {
    what: "the last expression comes as",
    measure: (running) => messagesOf(running, { typescript: "1+1", python: "1+1" }),
  },
  { what: "an exception comes as", measure: (running) => messagesOf(running, FAILS) },
  { what: "completion while a cell computes", measure: completionWhileBusy },
  { what: "kernel_info on control while a cell computes", measure: infoWhileBusy },
  { what: "inspection of a variable", measure: inspection },
  { what: "history", measure: history },
  { what: "is_complete of an open brace", measure: isComplete },
  { what: "comm_open of an unknown target", measure: unknownComm },
  { what: "a question to the user", measure: question },
  { what: "a cell that ends its process", measure: exit },
];

async function lateCells(running: RunningPeer): Promise<string> {
  const code = PRINTS[running.peer.language];
  const whole = Array.from({ length: LINES }, (_, i) => `line ${i}\n`).join("");
  const cells = [];
  for (let i = 0; i < CELLS; i++) {
    const cell = running.client.execute(code);
    cells.push({ cell, text: textOf(await finish(cell), "stdout") });
  }
  // The kernel has answered once more: what was sent late by now has come.
  await running.run("1");
  return `${cells.filter(({ cell, text }) => text !== whole || cell.iopub.left.length > 0).length}`;
}

async function lateOutput(running: RunningPeer): Promise<string> {
  const cell = running.client.execute(LATE[running.peer.language]);
  await finish(cell);
  const next = running.client.execute("1");
  await finish(next);
  const { content } = await inTime(cell.iopub.take("output of a timer"), "output of a timer");
  return String(content.text).includes("late") ? "with its own cell" : "elsewhere";
}

async function messagesOf(running: RunningPeer, code: Texts): Promise<string> {
  const { output } = await running.run(code[running.peer.language]);
  const types = output.map(({ type }) => type).filter((type) => type !== "execute_input");
  return types.length === 0 ? "nothing" : types.join(", ");
}

/** A request's answer while a cell computes for 3 s. */
async function whileBusy(running: RunningPeer, ask: () => Promise<unknown>): Promise<string> {
  const cell = running.client.execute(BUSY[running.peer.language]);
  await inTime(cell.iopub.take("busy"), "busy");
  let ended = false;
  const end = cell.replies.take("the reply").then(() => {
    ended = true;
  });
  const runsMs: number[] = [];
  while (!ended && runsMs.length < 20) {
    const startedMs = performance.now();
    await ask();
    if (!ended) runsMs.push(performance.now() - startedMs);
  }
  await inTime(end, "the reply");
  return runsMs.length === 0 ? "after the cell" : `${median(runsMs).toFixed(1)} ms`;
}

async function completionWhileBusy(running: RunningPeer): Promise<string> {
  const { language } = running.peer;
  await running.run(language === "python" ? 'words = ["a"]' : 'var words = ["a"]');
  const ask = () =>
    inTime(
      running.ask("complete_request", { code: "words.", cursor_pos: 6 }).replies.take("a completion"),
      "a completion",
    );
  await ask();
  return whileBusy(running, ask);
}

async function infoWhileBusy(running: RunningPeer): Promise<string> {
  return whileBusy(running, () =>
    inTime(
      running.client.request("control", "kernel_info_request", {}).replies.take("kernel_info"),
      "kernel_info",
    ),
  );
}

async function inspection(running: RunningPeer): Promise<string> {
  const { language } = running.peer;
  await running.run(language === "python" ? "amount = 5" : "var amount = 5");
  const request = running.ask("inspect_request", { code: "amount", cursor_pos: 6, detail_level: 0 });
  const { content } = await inTime(request.replies.take("an inspection"), "an inspection");
  return content.found === true ? "found" : "not found";
}

async function history(running: RunningPeer): Promise<string> {
  await running.run("1");
  const request = running.ask("history_request", {
    output: false,
    raw: true,
    hist_access_type: "tail",
    n: 3,
  });
  const { content } = await inTime(request.replies.take("history"), "history");
  const entries = Array.isArray(content.history) ? content.history.length : 0;
  return entries > 0 ? "answered" : "empty";
}

async function isComplete(running: RunningPeer): Promise<string> {
  const code = running.peer.language === "python" ? "def f():" : "function f() {";
  const request = running.ask("is_complete_request", { code });
  const { content } = await inTime(request.replies.take("is_complete"), "is_complete");
  return String(content.status);
}

async function unknownComm(running: RunningPeer): Promise<string> {
  const open = running.ask("comm_open", { comm_id: "one", target_name: "nobody", data: {} });
  const types: string[] = [];
  for (;;) {
    const { type, content } = await inTime(open.iopub.take("idle"), "idle");
    if (content.execution_state === "idle") return types.join(", ") || "nothing";
    if (type !== "status") types.push(type);
  }
}

async function question(running: RunningPeer): Promise<string> {
  const cell = running.client.execute(ASKS[running.peer.language], { allowStdin: true });
  const asked = await inTime(cell.stdin.take("input_request"), "input_request");
  running.client.reply(asked, "Ada");
  const { reply, output } = await finish(cell);
  return reply.status === "ok" && JSON.stringify(output).includes("Ada") ? "answered" : "fails";
}

async function exit(running: RunningPeer): Promise<string> {
  const cell = running.client.execute(EXITS[running.peer.language]);
  const { content } = await inTime(cell.replies.take("the reply"), "the reply");
  const { reply } = await running.run("1+1");
  return reply.status === "ok" ? `${content.status}, and the next cell runs` : "stuck";
}
