/** INITIALIZED until start, ACTIVE until stop or failure, then STOPPED. */
export type StreamingContextState = "INITIALIZED" | "ACTIVE" | "STOPPED";
