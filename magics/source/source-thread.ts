/** Entry of the thread of a `%source`: a TCP server that sends lines at a steady rate. */

import { createServer, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { stopwatch } from "../../runtime/time/clock.js";
import { FEEDS, type FeedName } from "./feeds/feeds.js";
import type { LineFeed } from "./line-feed.js";

/** What the thread is told at its start. */
export interface SourceThreadData {
  feed: FeedName;
  port: number;
  linesPerSecond: number;
  seed: number;
}

/** What it answers: once, that it listens or why it cannot; then how many clients there are whenever that changes. */
export type FromSourceThread =
  | { type: "listening" }
  | { type: "failed"; code: string; message: string }
  | { type: "clients"; clients: number };

/** Lines go out in as many portions a second, so that small batches get their share. */
const PORTIONS_PER_SECOND = 50;

const port = parentPort;
if (port === null) throw new Error("source-thread is started as a worker thread");
const options = workerData as SourceThreadData;
const answer = (message: FromSourceThread) => port.postMessage(message);
let clients = 0;

const open = (): LineFeed => FEEDS[options.feed].open(options.seed, options.linesPerSecond);
// What it needs is loaded now: a client that had to wait for it would be connected, and get nothing for many batches on a busy machine.
open().next();

const server = createServer((socket) => serve(socket));
server.on("error", (error: NodeJS.ErrnoException) => {
  answer({ type: "failed", code: error.code ?? "", message: error.message });
});
// Loopback in both families, by its name: "localhost" may be either.
server.listen({ port: options.port, host: "localhost" }, () => answer({ type: "listening" }));

/** Each client gets all lines from the first one on. */
function serve(socket: Socket): void {
  const feed = open();
  const elapsedMs = stopwatch();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor((elapsedMs() * options.linesPerSecond) / 1000);
    // A slow reader is not owed the lines it could not take: a live source does not wait.
    if (!socket.writableNeedDrain && due > sent) socket.write(nextText(feed, due - sent));
    sent = due;
  }, 1000 / PORTIONS_PER_SECOND);
  count(1);
  socket.on("close", () => {
    clearInterval(timer);
    count(-1);
  });
  // A client that is gone is no fault of the source.
  socket.on("error", () => clearInterval(timer));
}

function count(more: 1 | -1): void {
  clients += more;
  answer({ type: "clients", clients });
}

function nextText(feed: LineFeed, lines: number): string {
  let text = "";
  for (let i = 0; i < lines; i++) text += `${feed.next()}\n`;
  return text;
}
