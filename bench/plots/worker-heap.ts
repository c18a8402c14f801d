/** The heap of a page's workers, which is not in that of the page. */

import type { CDPSession } from "playwright-core";

interface Answer {
  id?: number;
  result?: { usedSize?: number };
}

export class WorkerHeap {
  /** Of those that live, by their sessions. */
  readonly #workers = new Set<string>();
  readonly #answered = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  private constructor(private readonly devtools: CDPSession) {
    devtools.on("Target.attachedToTarget", ({ sessionId }) => this.#workers.add(sessionId));
    devtools.on("Target.detachedFromTarget", ({ sessionId }) => this.#workers.delete(sessionId));
    devtools.on("Target.receivedMessageFromTarget", ({ message }) => {
      const answer = JSON.parse(message) as Answer;
      this.#answered.get(answer.id ?? 0)?.(answer);
    });
  }

  /** To be called before the page starts its workers. */
  static async watch(devtools: CDPSession): Promise<WorkerHeap> {
    const heap = new WorkerHeap(devtools);
    await devtools.send("Target.setAutoAttach", {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: false, // the session of a page has no sessions of its own in Playwright
    });
    return heap;
  }

  /** Bytes in use in all workers after a collection. */
  async afterCollection(): Promise<number> {
    let bytes = 0;
    for (const worker of this.#workers) {
      await this.#ask(worker, "HeapProfiler.collectGarbage");
      bytes += (await this.#ask(worker, "Runtime.getHeapUsage")).result?.usedSize ?? 0;
    }
    return bytes;
  }

  async #ask(sessionId: string, method: string): Promise<Answer> {
    const id = ++this.#asked;
    const answer = new Promise<Answer>((resolve) => this.#answered.set(id, resolve));
    await this.devtools.send("Target.sendMessageToTarget", {
      sessionId,
      message: JSON.stringify({ id, method }),
    });
    return answer.finally(() => this.#answered.delete(id));
  }
}
