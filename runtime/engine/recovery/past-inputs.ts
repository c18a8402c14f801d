import { isReplayable, type Received, type Source } from "../../connect/source.js";
import type { PastRun, PlannedInput } from "./batch-log.js";

/** What the inputs gave to the batches of the run before, for its sources in this one. */
export class PastInputs {
  readonly #batches: ReadonlyMap<number, ReadonlyMap<string, PlannedInput>>;
  /** Where the inputs were after the last batch that is done. */
  readonly #positions: ReadonlyMap<string, unknown>;
  readonly #untilMs: number;
  /** Inputs of which it was told that they cannot be read again. */
  readonly #told = new Set<string>();

  constructor(
    past: PastRun | undefined,
    private readonly warn: (text: string) => void,
  ) {
    this.#batches = new Map(
      [...(past?.planned ?? [])].map(([timeMs, { inputs }]) => [
        timeMs,
        new Map(inputs.map((input) => [input.name, input])),
      ]),
    );
    this.#positions = past?.positions ?? new Map();
    this.#untilMs = past?.committedMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether a batch was planned by the run before. */
  has(timeMs: number): boolean {
    return this.#batches.has(timeMs);
  }

  /** A source goes on where the one of this name did. */
  resume(source: Source, name: string): void {
    const position =
      this.#lastGiven(name, this.#untilMs) ?? this.#positions.get(name) ?? this.#lastGiven(name);
    if (position !== undefined && isReplayable(source)) source.resume(position);
  }

  /** What a source gave to a batch of the run before; undefined for a batch that is new. */
  take(source: Source, name: string, timeMs: number): Received | undefined {
    const batch = this.#batches.get(timeMs);
    if (batch === undefined && timeMs > this.#untilMs) return undefined;
    const input = batch?.get(name);
    if (input === undefined) return NOTHING;
    if (input.range !== undefined && isReplayable(source))
      return { ...source.replay(input.range), range: input.range };
    if (input.records > 0) this.#tell(name, timeMs, input.records);
    return NOTHING;
  }

  /** Where a source was after the last batch that it gave something to, of those after a time; undefined for none. */
  #lastGiven(name: string, afterMs = Number.NEGATIVE_INFINITY): unknown {
    const later = [...this.#batches].filter(([timeMs]) => timeMs > afterMs);
    return later.map(([, inputs]) => inputs.get(name)).findLast((input) => input)?.position;
  }

  #tell(name: string, timeMs: number, records: number): void {
    if (this.#told.has(name)) return;
    this.#told.add(name);
    this.warn(
      `${name} cannot be read again: the ${records} records that it gave to the batch at ${timeMs} ms are lost, and those of other batches that were not done`,
    );
  }
}

const NOTHING: Received = { rdd: undefined, records: 0 };
