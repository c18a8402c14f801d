/** Messages that wait for a test to ask for them, or a test that waits for a message. */

/** How long a test waits for a message before it fails. Generous: it only bounds a failure. */
const PATIENCE_MS = 120_000;

export class Mailbox<Message> {
  #messages: Message[] = [];
  #waiting: ((message: Message) => void)[] = [];

  put(message: Message): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#messages.push(message);
    else waiting(message);
  }

  /** The next message. @throws Error naming what was waited for when none comes in time. */
  take(wanted: string, patienceMs = PATIENCE_MS): Promise<Message> {
    const message = this.#messages.shift();
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve, reject) => {
      const deliver = (late: Message) => {
        clearTimeout(timer);
        resolve(late);
      };
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== deliver);
        reject(new Error(`waited ${patienceMs} ms for ${wanted}, and nothing came`));
      }, patienceMs);
      this.#waiting.push(deliver);
    });
  }

  /** Messages nobody has taken, oldest first. */
  get left(): readonly Message[] {
    return this.#messages;
  }

  /** Forgets them. */
  clear(): void {
    this.#messages = [];
  }

  /** Puts a message back to the head of the line. */
  putBack(message: Message): void {
    this.#messages.unshift(message);
  }
}
