/** What Node does in which order: timers first, then what has come on pipes and sockets. */

/**
 * Calls `then` when all that has come to this process until now is handled. Two turns of the event loop: a look at the pipes that
 * is under way may have begun before something was written to one of them and then to another.
 */
export function afterWhatHasCome(then: () => void): void {
  setImmediate(() => setImmediate(then));
}
