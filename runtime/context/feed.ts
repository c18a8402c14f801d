/** What brings records of the program to the engine while a context runs. */
export interface Feed {
  /** The context runs, perhaps again. */
  start(): void;
  /** Sends what is there now; messages after it find it. @throws StreamError RT_QUEUE_ITEM, RT_NOT_PLAIN */
  flush(): void;
  /** Brings nothing more. */
  stop(): void;
}
