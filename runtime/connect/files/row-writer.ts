/** Turns records into the bytes of a file. */
export interface RowWriter {
  write(row: unknown): void;
  /** Hands on what is left. */
  end(): void;
}

export type Format = (emit: (bytes: Uint8Array) => void) => RowWriter;
