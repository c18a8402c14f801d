import type { SessionContext } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import { Signal } from "@lumino/signaling";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LiveStatus } from "../../kernel/port/live.js";
import { LiveFeed } from "./feed.js";
import { ASK_INTERVAL_MS } from "./reborn-kernel.js";

const status: LiveStatus = { state: "streaming", reason: "", text: "" };

/** A comm as the feed uses it, with what was sent. */
class FakeComm {
  isDisposed = false;
  sent: unknown[] = [];
  opened: unknown;
  onMsg: (message: unknown) => void = () => undefined;
  onClose: () => void = () => undefined;
  open(data: unknown): void {
    this.opened = data;
  }
  send(data: unknown): void {
    this.sent.push(data);
  }
  close(): void {
    this.isDisposed = true;
    this.onClose();
  }
  /** The kernel's side. */
  hear(data: unknown): void {
    this.onMsg({ content: { data } });
  }
}

class FakeKernel {
  isDisposed = false;
  connectionStatus: Kernel.ConnectionStatus = "connected";
  comms: FakeComm[] = [];
  /** Whether it answers, question by question; more are not asked. */
  answers: boolean[] = [];
  constructor(public status: Kernel.Status = "idle") {}
  createComm(): FakeComm {
    const comm = new FakeComm();
    this.comms.push(comm);
    return comm;
  }
  async requestKernelInfo(): Promise<void> {
    if (!this.answers.shift())
      throw new Error("Canceled future for kernel_info_request message before replies were done");
  }
}

/** A notebook's session whose kernel the test changes. */
class FakeSession {
  kernel: FakeKernel | null = new FakeKernel();
  readonly ready = Promise.resolve();
  readonly kernelChanged = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  get session(): { kernel: FakeKernel | null } {
    return { kernel: this.kernel };
  }
  change(kernel: FakeKernel | null): void {
    this.kernel = kernel;
    this.kernelChanged.emit(undefined);
  }
  become(state: Kernel.Status): void {
    this.statusChanged.emit(state);
  }
}

describe("a display's line to the kernel", () => {
  let session: FakeSession;
  let feed: LiveFeed;
  let heard: string[];
  const comms = (): FakeComm[] => session.kernel?.comms ?? [];
  const lastComm = (): FakeComm => comms().at(-1) ?? expect.fail("no comm was opened");

  beforeEach(async () => {
    session = new FakeSession();
    heard = [];
    feed = new LiveFeed(session as unknown as SessionContext, "words", {
      received: (message) => heard.push(message.type),
      lost: (reason) => heard.push(reason),
    });
    await session.ready;
  });

  test("is opened with the display's id when the kernel answers, once", () => {
    session.become("busy");
    session.become("idle");
    expect(comms().map((comm) => comm.opened)).toEqual([{ display: "words" }]);
  });

  test("waits for a kernel that is still starting", () => {
    session.change(new FakeKernel("starting"));
    expect(comms()).toHaveLength(0);
    session.become("idle");
    expect(comms()).toHaveLength(1);
  });

  test("hands on the messages that the plugin knows and leaves out others", () => {
    lastComm().hear({ type: "change", mode: "replace", rows: [], status });
    lastComm().hear({ type: "invented", status });
    expect(heard).toEqual(["change"]);
  });

  test("sends a command of the button", () => {
    feed.tell({ type: "command", command: "stop" });
    expect(lastComm().sent).toEqual([{ type: "command", command: "stop" }]);
  });

  test("says when nobody can see the display, once, and to a new kernel too", () => {
    feed.visible = false;
    feed.visible = false;
    expect(lastComm().sent).toEqual([{ type: "visible", visible: false }]);
    session.change(new FakeKernel());
    expect(lastComm().sent).toEqual([{ type: "visible", visible: false }]);
    feed.visible = true;
    expect(lastComm().sent.at(-1)).toEqual({ type: "visible", visible: true });
  });

  test("is opened again after a restart, not before", () => {
    session.become("restarting");
    expect(heard).toEqual(["the kernel is restarting"]);
    expect(comms()).toHaveLength(1);
    session.become("idle");
    expect(comms()).toHaveLength(2);
  });

  describe("to a kernel that died and is started again by its server, which says nothing more of it", () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    test("is opened again when the new process answers", async () => {
      const kernel = session.kernel as FakeKernel;
      kernel.answers = [false, true];
      session.become("autorestarting");
      expect(heard).toEqual([expect.stringContaining("the kernel died, and its streams with it")]);
      kernel.connectionStatus = "connecting";
      session.become("unknown");
      await vi.advanceTimersByTimeAsync(10 * ASK_INTERVAL_MS);
      expect(kernel.answers).toHaveLength(2);
      kernel.connectionStatus = "connected";
      await vi.advanceTimersByTimeAsync(10 * ASK_INTERVAL_MS);
      expect(comms()).toHaveLength(2);
      expect(kernel.answers).toHaveLength(0);
    });

    test("is not opened when the display is gone, nor for a kernel that is", async () => {
      const kernel = session.kernel as FakeKernel;
      kernel.answers = [true];
      session.become("autorestarting");
      kernel.isDisposed = true;
      await vi.advanceTimersByTimeAsync(ASK_INTERVAL_MS);
      kernel.isDisposed = false;
      session.become("autorestarting");
      feed.dispose();
      await vi.advanceTimersByTimeAsync(10 * ASK_INTERVAL_MS);
      expect(kernel.answers).toEqual([true]);
    });
  });

  test("goes over to another kernel, and the old one is not heard any more", () => {
    const old = lastComm();
    session.change(new FakeKernel());
    old.hear({ type: "gone", status });
    expect(comms()).toHaveLength(1);
    expect(heard).toEqual([]);
  });

  test("says so when there is no kernel", () => {
    session.change(null);
    expect(heard).toEqual(["no kernel is connected"]);
    feed.tell({ type: "command", command: "stop" });
  });

  test("a kernel that does not know the display has the last word and is not asked again", () => {
    lastComm().hear({ type: "gone", status });
    lastComm().onClose();
    session.become("idle");
    expect(heard).toEqual(["gone"]);
    expect(comms()).toHaveLength(1);
  });

  test("a kernel that closes without a word is one that has no such displays", () => {
    lastComm().onClose();
    expect(heard).toEqual(["this kernel does not know the display: run its cell again"]);
  });

  test("is closed with the display, and stays closed", () => {
    const comm = lastComm();
    feed.dispose();
    session.become("restarting");
    session.become("idle");
    expect(comm.isDisposed).toBe(true);
    expect(comms()).toHaveLength(1);
    expect(heard).toEqual([]);
  });

  test("a display that is gone before its session is ready asks no kernel", async () => {
    const late = new FakeSession();
    const gone = new LiveFeed(late as unknown as SessionContext, "d", {
      received: (message) => heard.push(message.type),
      lost: (reason) => heard.push(reason),
    });
    gone.dispose();
    await late.ready;
    expect(late.kernel?.comms).toEqual([]);
    expect(heard).toEqual([]);
  });
});
