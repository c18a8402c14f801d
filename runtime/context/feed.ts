/** What brings records of the program to the engine while a context runs. */
export interface Feed {
  /** The context runs, perhaps again. */
  start(): void;
  /** Sends what is there now; messages after it find it. */
  flush(): void;
  /** Brings nothing more. */
  stop(): void;
}
