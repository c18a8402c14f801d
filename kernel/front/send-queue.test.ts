import { describe, expect, it } from "vitest";
import { SendQueue } from "./send-queue.js";

/** A socket that, as zeromq.js, refuses a send while another one is pending. */
class Socket {
  readonly taken: string[] = [];
  #pending = false;

  async send([part]: Buffer[]): Promise<void> {
    if (this.#pending) throw new Error("EBUSY");
    this.#pending = true;
    await new Promise((resolve) => setImmediate(resolve));
    this.#pending = false;
    if (String(part) === "unroutable") throw new Error("EHOSTUNREACH");
    this.taken.push(String(part));
  }
}

describe("send queue", () => {
  it("sends in order and one at a time, however many are given at once", async () => {
    const socket = new Socket();
    const queue = new SendQueue(socket, () => undefined);
    const texts = Array.from({ length: 50 }, (_, i) => String(i));
    const sent = texts.map((text) => queue.send(() => [Buffer.from(text)]));
    expect(await Promise.all(sent)).toEqual(texts.map(() => true));
    expect(socket.taken).toEqual(texts);
  });

  it("tells when a message could not be sent, and sends the next one", async () => {
    const socket = new Socket();
    const logged: string[] = [];
    const queue = new SendQueue(socket, (_, text) => logged.push(text));
    const sent = ["unroutable", "next"].map((text) => queue.send(() => [Buffer.from(text)]));
    expect(await Promise.all(sent)).toEqual([false, true]);
    expect(logged).toEqual(["a message was not sent: EHOSTUNREACH"]);
  });
});
