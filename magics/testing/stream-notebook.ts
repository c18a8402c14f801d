/** A kernel with streams, as it is built, and what its cells show. */

import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { expect } from "vitest";
import { withBuiltKernel } from "../../kernel/testing/built-kernel.js";
import { type Exchange, textOf } from "../../kernel/testing/exchange.js";
import type { FrontEnd } from "../../kernel/testing/front-end.js";
import { withoutJobBars } from "./job-bar-text.js";

/** Runs a test against the built kernel. Streams go on printing while it ends, so what is left over is not looked at. */
export async function withStreams(test: (client: FrontEnd) => Promise<void>): Promise<void> {
  const done = new Error("done");
  try {
    await withBuiltKernel(async (client) => {
      await test(client);
      throw done;
    });
  } catch (error) {
    if (error instanceof Error && (error === done || error.cause === done)) return;
    throw error;
  }
}

/** A server that sends the same line to each client every few milliseconds. */
export async function withSender(line: string, test: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer((socket) => {
    const timer = setInterval(() => socket.write(`${line}\n`), 5);
    socket.on("close", () => clearInterval(timer)).on("error", () => clearInterval(timer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await test((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

/** Runs cells one after the other; each must end well. Returns the last one's exchange. */
export async function run(client: FrontEnd, ...cells: string[]): Promise<Exchange> {
  let last: Exchange | undefined;
  for (const code of cells) {
    last = client.execute(code);
    const { reply } = await last.finish();
    expect(reply, `${code}: ${reply.evalue}`).toMatchObject({ status: "ok" });
  }
  return last as Exchange;
}

/**
 * Runs a cell that ends streams, until it has said so as `told` has it: what takes longer than a second, as anything may on a busy
 * machine, is told below the cell when it is over.
 */
export async function ended(client: FrontEnd, code: string, told: RegExp): Promise<string> {
  const cell = client.execute(code);
  const transcript = await cell.finish();
  expect(transcript.reply, code).toMatchObject({ status: "ok" });
  const text = textOf(transcript, "stdout");
  if (told.test(text)) return text;
  expect(text).toMatch(/^stopping/);
  return cell.recvStreamLike("stdout", told);
}

/** The text a cell shows as its result or display. */
export async function shown(client: FrontEnd, code: string): Promise<string> {
  const transcript = await client.execute(code).finish();
  expect(transcript.reply, code).toMatchObject({ status: "ok" });
  const rich = transcript.output.flatMap(({ content }) =>
    withoutJobBars((content.data as Record<string, string>)?.["text/plain"] ?? ""),
  );
  return [textOf(transcript, "stdout"), ...rich].join("");
}
