import type { StandIn } from "../closure/portable-function.js";
import { STAND_IN } from "../closure/stand-in.js";
import { StreamError } from "../stream-error.js";

/**
 * What functions of tasks gather in a way of the program's own, after Apache Spark's class of the same name. Make a class
 * that extends it, register an instance by `sc.register`, and use it in functions: each task gathers in a copy that
 * begins with nothing, and what it gathered is merged here once, when the task is done, or not at all when it failed.
 *
 * The class travels to the task threads by its source, as any class that a function uses; so its fields cannot be
 * private ones (`#`), and what they hold must be plain data.
 *
 * @typeParam In what is added
 * @typeParam Out what the value is
 */
export abstract class AccumulatorV2<In, Out> {
  /** True when nothing was added: what the tasks that added nothing are known by. */
  abstract get isZero(): boolean;
  /** A new accumulator with the same value. */
  abstract copy(): AccumulatorV2<In, Out>;
  /** Begins again with nothing. */
  abstract reset(): void;
  abstract add(value: In): void;
  /** Takes in what another one of the class gathered. */
  abstract merge(other: AccumulatorV2<In, Out>): void;
  abstract get value(): Out;

  /** A new accumulator with nothing in it. */
  copyAndReset(): AccumulatorV2<In, Out> {
    const copy = this.copy();
    copy.reset();
    return copy;
  }
}

/** @internal What a registered accumulator is to its context; held by the accumulator as its stand-in. */
export class Registered {
  standIn: StandIn | undefined;

  private constructor(
    readonly id: string,
    readonly name: string | undefined,
    private readonly accumulator: AccumulatorV2<never, unknown>,
  ) {}

  /** @throws StreamError RT_ACCUMULATOR when it is registered already */
  static of(accumulator: AccumulatorV2<never, unknown>, id: string, name: string | undefined): Registered {
    if (STAND_IN in accumulator)
      throw new StreamError(
        "RT_ACCUMULATOR",
        "this accumulator is registered already; register a copy of it",
      );
    const registered = new Registered(id, name, accumulator);
    // Not a field: copies are no stand-ins, and what tasks gather is told by fields.
    Object.defineProperty(accumulator, STAND_IN, { value: () => registered.standIn });
    return registered;
  }

  /** Joins what a task gathered: the fields of its copy. */
  merge(part: unknown): void {
    const gathered = Object.create(Object.getPrototypeOf(this.accumulator) as object) as object;
    this.accumulator.merge(Object.assign(gathered, part) as AccumulatorV2<never, unknown>);
  }
}
