/** Channels between a cell and widgets of the front end, as a cell uses them. */

/** What came from the front end. */
export interface CommMessage {
  content: { data: unknown };
  metadata: Record<string, unknown>;
  buffers: Uint8Array[];
}

export interface CommSendOptions {
  /** Binary data sent beside the JSON; what a typed array looks at is sent as its bytes. */
  buffers?: readonly (ArrayBufferView | ArrayBuffer)[];
  metadata?: Record<string, unknown>;
}

/** One open channel. */
export interface Comm {
  readonly id: string;
  readonly target: string;
  /** Sends JSON and binary buffers. Throws when the comm is closed. */
  send(data: unknown, options?: CommSendOptions): void;
  /** Adds a listener; messages that came before the first one are kept for it. */
  onMessage(listener: (message: CommMessage) => unknown): void;
  /** Called once, when the front end closes the comm. */
  onClose(listener: (message: CommMessage) => unknown): void;
  /** Closes the comm; a second call does nothing. */
  close(data?: unknown): void;
}

export interface Comms {
  /** `onOpen` is called for each comm the front end opens with this target; a later call for a target replaces it. */
  register(target: string, onOpen: (comm: Comm, message: CommMessage) => unknown): void;
  /** Opens a comm from here; the front end must know the target. */
  open(target: string, data?: unknown, options?: CommSendOptions): Comm;
}
