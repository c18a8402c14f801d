/** One display's line to the kernel: a comm that is opened again whenever there is a new kernel to ask. */

import type { SessionContext } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import type { LIVE_TARGET, LiveFromClient, LiveToClient } from "../../kernel/port/live.js";
import { isLiveToClient } from "../../kernel/port/live-shape.js";
import { whenItAnswers } from "./reborn-kernel.js";

const TARGET: typeof LIVE_TARGET = "millrace.live";

/** Why nothing feeds the display while the kernel is in this state. Other states: a comm can be opened. */
const OUT_OF_REACH: Partial<Record<Kernel.Status, string>> = {
  restarting: "the kernel is restarting",
  autorestarting:
    "the kernel died, and its streams with it; it starts again by itself, then run the cells again",
  terminating: "the kernel was shut down",
  dead: "the kernel died, and its streams with it; restart it and run the cells again",
};

/** States in which a kernel has shown that it answers. */
const ANSWERS: readonly Kernel.Status[] = ["idle", "busy"];

export interface FeedListener {
  /** A message of the kernel. After any but `gone`, commands can be sent. */
  received(message: LiveToClient): void;
  /** Nothing feeds the display any more; `reason` is a short sentence. */
  lost(reason: string): void;
}

/**
 * Opens its comm when the session's kernel answers, and again after a restart or a change of kernel.
 * A kernel that closes the comm is not asked again: it does not know the display.
 */
export class LiveFeed {
  #kernel: Kernel.IKernelConnection | null | undefined;
  #comm: Kernel.IComm | undefined;
  /** This kernel, in this life, has been asked. */
  #asked = false;
  #stopWaiting = (): void => undefined;
  #visible = true;
  #isDisposed = false;

  constructor(
    private readonly session: SessionContext,
    private readonly display: string,
    private readonly listener: FeedListener,
  ) {
    session.kernelChanged.connect(this.#meet, this);
    session.statusChanged.connect(this.#statusChanged, this);
    void session.ready.then(() => this.#meet());
  }

  /** @returns whether there is a line: without one it does nothing */
  tell(message: LiveFromClient): boolean {
    if (this.#comm?.isDisposed !== false) return false;
    this.#comm.send(message);
    return true;
  }

  /** Whether a person can see the display: while nobody does, the kernel sends nothing. */
  set visible(visible: boolean) {
    if (visible === this.#visible) return;
    this.#visible = visible;
    this.tell({ type: "visible", visible });
  }

  /** Closes the comm, so that the kernel knows that one less is looking. */
  dispose(): void {
    this.#isDisposed = true;
    this.session.kernelChanged.disconnect(this.#meet, this);
    this.session.statusChanged.disconnect(this.#statusChanged, this);
    const comm = this.#comm;
    this.#forget();
    if (comm?.isDisposed === false && this.#kernel?.isDisposed === false) comm.close();
  }

  #meet(): void {
    if (this.#isDisposed) return;
    const kernel = this.session.session?.kernel ?? null;
    if (kernel === this.#kernel) return;
    this.#kernel = kernel;
    this.#forget();
    if (kernel === null) this.listener.lost("no kernel is connected");
    else this.#statusChanged(this.session, kernel.status);
  }

  #statusChanged(_session: SessionContext, status: Kernel.Status): void {
    const reason = OUT_OF_REACH[status];
    if (reason !== undefined) {
      this.#forget();
      this.listener.lost(reason);
      if (status === "autorestarting") this.#awaitRebirth();
    } else if (ANSWERS.includes(status) && !this.#asked && this.#kernel) this.#ask(this.#kernel);
  }

  #awaitRebirth(): void {
    const kernel = this.#kernel;
    if (!kernel) return;
    this.#stopWaiting = whenItAnswers(kernel, () => {
      if (!this.#asked) this.#ask(kernel);
    });
  }

  /** The comms of a kernel that has ended are gone with it. */
  #forget(): void {
    this.#stopWaiting();
    this.#comm = undefined;
    this.#asked = false;
  }

  #ask(kernel: Kernel.IKernelConnection): void {
    this.#asked = true;
    const comm = kernel.createComm(TARGET);
    this.#comm = comm;
    comm.onMsg = ({ content: { data } }) => this.#receive(comm, data);
    comm.onClose = () => this.#closed(comm);
    comm.open({ display: this.display });
    if (!this.#visible) this.tell({ type: "visible", visible: false });
  }

  #receive(comm: Kernel.IComm, data: unknown): void {
    if (comm !== this.#comm || !isLiveToClient(data)) return;
    // What the kernel says when it does not know the display is the last word: its close adds nothing.
    if (data.type === "gone") this.#comm = undefined;
    this.listener.received(data);
  }

  #closed(comm: Kernel.IComm): void {
    if (comm !== this.#comm) return;
    this.#comm = undefined;
    this.listener.lost("this kernel does not know the display: run its cell again");
  }
}
