/** Entry of the thread beside a task thread that runs child processes: a task is synchronous, a process is not. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { CHUNKS_ON_THE_WAY, type FromSubprocess, type PipeCommand, type ToSubprocess } from "./messages.js";

/** One child process, spoken to by a port. */
function serve(port: MessagePort, signal: Int32Array): void {
  let child: ChildProcessWithoutNullStreams | undefined;
  let onTheWay = 0;
  const tell = (message: FromSubprocess) => {
    port.postMessage(message);
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  };
  const start = ({ command, args, env, cwd }: PipeCommand) => {
    const started = spawn(command, args, { env, cwd, stdio: "pipe" });
    child = started;
    let failed: string | undefined;
    started.on("error", (error) => {
      failed = error.message;
    });
    // A process may end without having read all: its exit status tells whether that is right.
    started.stdin.on("error", () => undefined);
    started.stdout.on("data", (bytes: Uint8Array) => {
      onTheWay += 1;
      if (onTheWay >= CHUNKS_ON_THE_WAY) started.stdout.pause();
      tell({ type: "stdout", bytes });
    });
    started.stderr.setEncoding("utf8").on("data", (text: string) => tell({ type: "stderr", text }));
    started.on("close", (code, killedBy) => {
      tell({ type: "exit", status: killedBy ?? code ?? 1, ...(failed !== undefined && { error: failed }) });
      port.close();
    });
  };
  port.on("message", (message: ToSubprocess) => {
    switch (message.type) {
      case "start":
        start(message.command);
        break;
      case "stdin":
        child?.stdin.write(message.bytes, () => tell({ type: "written" }));
        break;
      case "end":
        child?.stdin.end();
        break;
      case "taken":
        onTheWay -= 1;
        child?.stdout.resume();
        break;
      case "kill":
        child?.kill("SIGKILL");
        child?.stdout.destroy();
        break;
    }
  });
}

parentPort?.on("message", (port: MessagePort) => serve(port, workerData as Int32Array));
