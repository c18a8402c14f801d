import { inspect } from "node:util";
import { type AccumulationKind, accumulation, type NumberPart } from "../closure/accumulation.js";
import type { StandIn } from "../closure/portable-function.js";
import { STAND_IN } from "../closure/stand-in.js";

/**
 * What functions of tasks add up, after Apache Spark's AccumulatorV2. Functions can only add; the program reads. What a
 * task added counts once, when the task is done, and not at all when it failed. A transformation that is computed
 * again adds again.
 */
export abstract class Accumulator<V, P> {
  #part: P | undefined;

  /** @internal */
  constructor(
    readonly id: string,
    readonly name: string | undefined,
    private readonly kind: AccumulationKind,
  ) {}

  /** Adds one value. @throws StreamError RT_ACCUMULATOR when it is none of the kind */
  add(value: V): void {
    this.#part = accumulation(this.kind).add(this.part, value) as P;
  }

  /** Begins again with nothing. */
  reset(): void {
    this.#part = undefined;
  }

  /** True when nothing was added. */
  get isZero(): boolean {
    return this.#part === undefined;
  }

  /** @internal Joins what a task added. */
  merge(part: unknown): void {
    this.#part = accumulation(this.kind).merge(this.part, part) as P;
  }

  /** @internal */
  [STAND_IN](): StandIn {
    return { is: "accumulator", id: this.id, kind: this.kind };
  }

  abstract get value(): unknown;

  toString(): string {
    return `Accumulator(${this.name ?? this.id}: ${inspect(this.value, { maxArrayLength: 10 })})`;
  }

  /** Shown as its text, not as the inside of it. */
  [inspect.custom](): string {
    return this.toString();
  }

  protected get part(): P {
    return this.#part ?? (accumulation(this.kind).zero() as P);
  }
}

/** Adds up numbers: whole ones (`sc.longAccumulator`) or any (`sc.doubleAccumulator`). */
export class NumberAccumulator extends Accumulator<number, NumberPart> {
  /** The sum; 0 before anything was added. */
  get value(): number {
    return this.part.sum;
  }

  get sum(): number {
    return this.part.sum;
  }

  /** How many numbers were added. */
  get count(): number {
    return this.part.count;
  }

  /** The mean; NaN before anything was added. */
  get avg(): number {
    return this.part.sum / this.part.count;
  }
}

/** Gathers values in a list. Their order is that in which tasks end. */
export class CollectionAccumulator<T> extends Accumulator<T, T[]> {
  get value(): readonly T[] {
    return this.part;
  }
}
