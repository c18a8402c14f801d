import type { Exchange } from "../../kernel/testing/exchange.js";
import type { Language } from "./peer.js";
import { inTime, type Peer, RunningPeer } from "./peer.js";

/** What hangs: the code prints "started" and then does not end; or, with `cellEnds`, hangs when its cell is over. */
interface Hang extends Record<Language, string> {
  what: string;
  cellEnds?: true;
}

const START = 'print("started", flush=True)';

const HANGS: Hang[] = [
  {
    what: "a loop",
    typescript: 'console.log("started"); while (true) {}',
    python: `${START}\nwhile True: pass`,
  },
  {
    what: "a loop after an await",
    typescript: 'await 1; console.log("started"); while (true) {}',
    python: `import asyncio\nawait asyncio.sleep(0)\n${START}\nwhile True: pass`,
  },
  {
    what: "an await that never settles",
    typescript: 'console.log("started"); await new Promise(() => {})',
    python: `import asyncio\n${START}\nawait asyncio.Future()`,
  },
  {
    what: "a loop after a sleep",
    typescript: 'await new Promise((r) => setTimeout(r, 50)); console.log("started"); while (true) {}',
    python: `import asyncio\nawait asyncio.sleep(0.05)\n${START}\nwhile True: pass`,
  },
  {
    what: "a loop in a timer, the cell pending",
    typescript:
      'setTimeout(() => { console.log("started"); while (true) {} }, 0); await new Promise(() => {})',
    python: `import asyncio\ndef hang():\n  ${START}\n  while True: pass\nasyncio.get_running_loop().call_later(0.05, hang)\nawait asyncio.Future()`,
  },
  {
    what: "a loop in a timer, the cell long ended",
    typescript: 'setTimeout(() => { console.log("started"); while (true) {} }, 300)',
    python: `import asyncio\ndef hang():\n  ${START}\n  while True: pass\nasyncio.get_running_loop().call_later(0.3, hang)`,
    cellEnds: true,
  },
  {
    what: "endless microtasks",
    typescript:
      'console.log("started"); (function f() { Promise.resolve().then(f) })(); await new Promise(() => {})',
    python: `import asyncio\n${START}\ndef f(): asyncio.get_running_loop().call_soon(f)\nf()\nawait asyncio.Future()`,
  },
  {
    what: "a catastrophic regular expression",
    typescript: 'console.log("started"); /^(a+)+$/.test("a".repeat(60) + "b")',
    python: `import re\n${START}\nre.match(r"^(a+)+$", "a" * 60 + "b")`,
  },
  {
    what: "a wait on a lock",
    typescript: 'console.log("started"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
    python: `import threading\n${START}\nthreading.Event().wait()`,
  },
  {
    what: "a loop that catches everything",
    typescript: 'console.log("started"); while (true) { try { while (true) {} } catch {} finally {} }',
    python: `${START}\nwhile True:\n  try:\n    while True: pass\n  except: pass`,
  },
  {
    what: "a child process that is waited for",
    typescript:
      'const { execSync } = await import("node:child_process"); console.log("started"); execSync("sleep 60")',
    python: `import subprocess\n${START}\nsubprocess.run(["sleep", "60"])`,
  },
];

export interface Recovery {
  what: string;
  /** Milliseconds from the interrupt until the cell was answered and a variable shown, or what happened instead. */
  outcome: number | "answered, variables lost" | "—";
}

/** Interrupts each hang on a kernel that has a variable to lose; one that does not recover is replaced by a new one. */
export async function recoveries(peer: Peer): Promise<Recovery[]> {
  const results: Recovery[] = [];
  let running = await RunningPeer.start(peer);
  try {
    for (const hang of HANGS) {
      const outcome = await recover(running, hang).catch(() => "—" as const);
      results.push({ what: hang.what, outcome });
      if (outcome !== "—") continue;
      await running.dispose();
      running = await RunningPeer.start(peer);
    }
  } finally {
    await running.dispose();
  }
  return results;
}

/** @throws Error when the kernel is stuck or gone. */
async function recover(running: RunningPeer, hang: Hang): Promise<Recovery["outcome"]> {
  const { language } = running.peer;
  await running.run(language === "python" ? `kept = "${hang.what}"` : `var kept = "${hang.what}"`);
  const cell = running.client.execute(hang[language]);
  const ended = cell.replies.take("the reply");
  ended.catch(() => undefined);
  await inTime(started(cell), "a cell to start");
  if (hang.cellEnds) await inTime(ended, "the reply of a cell that is over");
  const interruptedMs = performance.now();
  running.interrupt();
  await inTime(ended, "the reply of an interrupted cell");
  const { output } = await running.run("kept");
  const tookMs = performance.now() - interruptedMs;
  return JSON.stringify(output).includes(hang.what) ? tookMs : "answered, variables lost";
}

async function started(cell: Exchange): Promise<void> {
  for (;;) {
    const { type, content } = await cell.iopub.take("a print");
    if (type === "stream" && String(content.text).includes("started")) return;
  }
}
