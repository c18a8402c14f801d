import type { SourceSpec } from "../operators/input.js";
import type { StateMove } from "../operators/operator.js";
import { allStatesOf, hasState, rddLowering, streamLowering } from "../operators/table.js";
import type { RddNode } from "../plan/rdd-node.js";
import { type StreamNode, stateKey } from "../plan/stream-node.js";

/** What the graph's sources gave to a batch; asked once per input and batch. */
export type Take = (input: StreamNode<SourceSpec>, timeMs: number) => RddNode | undefined;

interface Member {
  rdds: Map<number, RddNode | undefined>;
  /** It has no RDD at or before this time, and sees none of its parents'. */
  joinedMs: number;
  /** It has had an RDD since. */
  begun: boolean;
  /** Its RDDs up to this time are forgotten, and are not made again: what they were made of may be forgotten too. */
  forgottenMs: number;
}

/**
 * The streams that outputs need, with the RDDs of their recent batches: each stream's RDD of a batch is made once, however
 * many ask for it, and forgotten when no window reaches back to it.
 */
export class StreamGraph {
  #streams = new Map<string, StreamNode>();
  /** How long a stream's RDDs are remembered, in ms. */
  #rememberMs = new Map<string, number>();
  /** Streams whose rows are kept by the workers, since windows read them more than once. */
  #kept = new Set<string>();
  readonly #members = new Map<string, Member>();
  /** What was found of {@link isOfStates}: it is asked of each output in each batch. */
  readonly #ofStates = new WeakMap<StreamNode, boolean>();
  /** The same of {@link #isOfOneBatch}. */
  readonly #ofOneBatch = new WeakMap<StreamNode, boolean>();
  /** Time of the last batch that was made. */
  #lastMs: number;

  /** @param programRdd finds what the program made, by its id */
  constructor(
    readonly zeroMs: number,
    private readonly take: Take,
    private readonly programRdd: (id: string) => RddNode,
    /** Each stream is remembered for so long at least, in ms. */
    private readonly rememberMs = 0,
    /** What the batches of this run have in common, and those of a later process that goes on with it. */
    readonly run = "",
  ) {
    this.#lastMs = zeroMs;
  }

  /**
   * Takes over the streams these outputs end in, in place of those before; their remembered RDDs stay. Streams that were
   * not there before begin with the next batch.
   */
  setOutputs(ends: readonly StreamNode[]): void {
    const before = this.#streams;
    this.#streams = new Map();
    this.#rememberMs = new Map();
    this.#kept = new Set();
    for (const end of ends) this.#visit(end, 0);
    for (const id of this.#streams.keys()) if (!before.has(id)) this.#join(id);
  }

  /** Asks every source what it has for this batch, also when no output slides now: what came in belongs to it. */
  receive(timeMs: number): void {
    for (const input of this.inputs()) this.rddAt(input, timeMs);
    this.#lastMs = timeMs;
  }

  /** Inputs of the streams, in the order in which they were made. */
  inputs(): StreamNode<SourceSpec>[] {
    const inputs = [...this.#streams.values()].filter((stream) => stream.op === "input");
    return inputs as StreamNode<SourceSpec>[];
  }

  /** All streams, each after those it is made from. */
  streams(): StreamNode[] {
    return [...this.#streams.values()];
  }

  /** True when the stream has an RDD at this time: a whole number of slides after the start. */
  slidesAt(stream: StreamNode, timeMs: number): boolean {
    return timeMs > this.zeroMs && (timeMs - this.zeroMs) % stream.slideMs === 0;
  }

  /**
   * Streams whose RDD of this batch the program makes, each after those it is made from. Where states are brought up to the last
   * batch, not of those that are there already: nobody needs what is made of them.
   */
  transformsAt(timeMs: number): StreamNode[] {
    return [...this.#streams.values()].filter((stream) => {
      if (stream.op !== "transform" || !this.slidesAt(stream, timeMs)) return false;
      const member = this.#members.get(stream.id);
      return member !== undefined && timeMs > Math.max(member.joinedMs, this.#statesForgottenMs(stream));
    });
  }

  /**
   * Times before a batch of whose RDDs a stream has none, though it is to remember them; oldest first. Of states it remembers more
   * than is needed: what they were made of is forgotten, and not made again.
   */
  missedBefore(stream: StreamNode, timeMs: number): number[] {
    const member = this.#members.get(stream.id);
    const rememberedMs = timeMs - (this.#rememberMs.get(stream.id) ?? 0);
    const sinceMs = Math.max(rememberedMs, this.zeroMs, this.#statesForgottenMs(stream));
    const times: number[] = [];
    for (let atMs = timeMs - stream.slideMs; atMs > sinceMs; atMs -= stream.slideMs)
      if (member !== undefined && isNotMade(member, atMs)) times.unshift(atMs);
    return times;
  }

  /** The RDD that the program made for a batch. */
  transformed(stream: StreamNode, timeMs: number, rdd: RddNode): void {
    this.#members.get(stream.id)?.rdds.set(timeMs, this.#stored(stream, rdd));
  }

  /** The stream's RDD of a batch; undefined when it has none. */
  rddAt(stream: StreamNode, timeMs: number): RddNode | undefined {
    if (!this.slidesAt(stream, timeMs)) return undefined;
    const member = this.#members.get(stream.id);
    if (member === undefined || timeMs <= Math.max(member.joinedMs, member.forgottenMs)) return undefined;
    const known = member.rdds.get(timeMs);
    if (known !== undefined || member.rdds.has(timeMs)) return known;
    const made = this.#make(stream, timeMs, member);
    member.rdds.set(timeMs, made);
    member.begun ||= made !== undefined;
    return made;
  }

  /**
   * What there is of a stream in a batch while the one before is being run: its RDD, or where others than that batch have a part in
   * it, those that it will be made from.
   */
  rddsAhead(stream: StreamNode, timeMs: number): RddNode[] {
    if (!this.#isOfOneBatch(stream))
      return stream.parents.flatMap((parent) => this.rddsAhead(parent, timeMs));
    const rdd = this.rddAt(stream, timeMs);
    return rdd === undefined ? [] : [rdd];
  }

  /** The remembered RDDs of a stream from one time to another, both with, oldest first. The ends are floored to its slides. */
  slice(stream: StreamNode, fromMs: number, toMs: number): RddNode[] {
    const stepMs = stream.slideMs;
    const floor = (ms: number) => Math.floor((ms - this.zeroMs) / stepMs) * stepMs + this.zeroMs;
    const rdds: RddNode[] = [];
    for (let timeMs = Math.max(floor(fromMs), this.zeroMs); timeMs <= floor(toMs); timeMs += stepMs) {
      const rdd = this.rddAt(stream, timeMs);
      if (rdd !== undefined) rdds.push(rdd);
    }
    return rdds;
  }

  /** The newest remembered RDD of a stream, at or before `timeMs`, and its time. */
  latest(stream: StreamNode, timeMs: number): { rdd: RddNode; timeMs: number } | undefined {
    const rdds = this.#members.get(stream.id)?.rdds ?? new Map<number, RddNode | undefined>();
    const times = [...rdds.entries()].filter(([at]) => at <= timeMs);
    const last = times.sort(([a], [b]) => b - a)[0];
    return last?.[1] === undefined ? undefined : { timeMs: last[0], rdd: last[1] };
  }

  /**
   * Forgets what no batch after `timeMs` reaches back to.
   * @returns ids of the RDDs that nothing remembers any more
   */
  forget(timeMs: number): string[] {
    const dropped: string[] = [];
    for (const [id, member] of this.#members) {
      const untilMs = timeMs - (this.#rememberMs.get(id) ?? 0);
      dropped.push(...forgetUntil(member, untilMs));
      if (member.rdds.size === 0 && !this.#streams.has(id)) this.#members.delete(id);
    }
    return this.#unremembered(dropped);
  }

  /** Whether a stream runs. */
  has({ id }: StreamNode): boolean {
    return this.#streams.has(id);
  }

  /** The states that streams hold in the workers, by what the workers know them by. */
  states(): string[] {
    return [...new Set(this.stateStreams().map(stateKey))];
  }

  /**
   * A stream that has just come takes the place of another: it goes on with its state, and sees of their parents what that one
   * saw. Its first RDD is that of the next batch.
   */
  takePlace(stream: StreamNode, of: StreamNode): void {
    stream.goesOnWith = stateKey(of);
    const member = this.#members.get(stream.id);
    const before = this.#members.get(of.id);
    if (member === undefined || before === undefined) return;
    const { joinedMs, begun } = before;
    this.#members.set(stream.id, { ...member, joinedMs, begun, forgottenMs: this.#lastMs });
  }

  /** The streams that hold state in the workers, each after those it is made from. */
  stateStreams(): StreamNode[] {
    return [...this.#streams.values()].filter(({ op }) => hasState(op));
  }

  /** How far a batch reaches back to what the inputs gave, in ms. */
  inputLookBackMs(): number {
    return Math.max(0, ...this.inputs().map(({ id }) => this.#rememberMs.get(id) ?? 0));
  }

  /**
   * How far batches reach back to the RDDs of each stream that is made of states, by its id, in ms; 0 where they need that of
   * the batch itself only. These RDDs cannot be made again of the states as they are now.
   */
  stateLookBacksMs(): Map<string, number> {
    const lookBacks = new Map<string, number>();
    const visit = (stream: StreamNode, ms: number): void => {
      if (!this.isOfStates(stream) || ms <= (lookBacks.get(stream.id) ?? -1)) return;
      lookBacks.set(stream.id, ms);
      for (const parent of stream.parents)
        visit(parent, ms + Math.max(0, stream.looksBackMs - parent.slideMs));
    };
    for (const stream of this.#streams.values()) visit(stream, 0);
    return lookBacks;
  }

  /** The batches up to `lastMs` are those of a run before this one. */
  resume(lastMs: number): void {
    this.#lastMs = lastMs;
  }

  /** The state of a stream has moved up to this time, in a run before this one. */
  resumeState(id: string, movedMs: number): void {
    const member = this.#members.get(id);
    if (member !== undefined) this.#members.set(id, { ...member, begun: true, forgottenMs: movedMs });
  }

  /**
   * RDDs after a batch are made anew when they are next asked for, and those of states that batches reach back to as well; not
   * those of the inputs.
   * @returns ids of the RDDs that nothing remembers any more
   */
  remake(afterMs: number): string[] {
    const dropped: string[] = [];
    const lookBacks = this.stateLookBacksMs();
    for (const [id, { rdds }] of this.#members) {
      if (this.#streams.get(id)?.op === "input") continue;
      for (const [at, rdd] of rdds) {
        if (at <= afterMs - (lookBacks.get(id) ?? 0)) continue;
        rdds.delete(at);
        if (rdd !== undefined) dropped.push(...withInnerPanes(rdd));
      }
    }
    return this.#unremembered(dropped);
  }

  /** No stream has an RDD in this batch. @returns ids of the RDDs that nothing remembers any more */
  skip(timeMs: number): string[] {
    const dropped: string[] = [];
    for (const { rdds } of this.#members.values()) {
      const rdd = rdds.get(timeMs);
      if (rdd !== undefined) dropped.push(...withInnerPanes(rdd));
      rdds.set(timeMs, undefined);
    }
    return this.#unremembered(dropped);
  }

  /** Whether a stream holds a state, or is made of one that does: what it gave for a batch cannot be made again without the state of then. */
  isOfStates(stream: StreamNode): boolean {
    let known = this.#ofStates.get(stream);
    if (known === undefined) {
      known = hasState(stream.op) || stream.parents.some((parent) => this.isOfStates(parent));
      this.#ofStates.set(stream, known);
    }
    return known;
  }

  /** Whether a stream's RDDs are each made without the program and of its parents' of the same batch; those of a state, but for what is held. */
  #isOfOneBatch(stream: StreamNode): boolean {
    let known = this.#ofOneBatch.get(stream);
    if (known === undefined) {
      known =
        stream.op !== "transform" &&
        stream.parents.every((parent) => stream.looksBackMs <= parent.slideMs && this.#isOfOneBatch(parent));
      this.#ofOneBatch.set(stream, known);
    }
    return known;
  }

  /** The states that a stream is made of are beyond what they were up to this time. */
  #statesForgottenMs(stream: StreamNode): number {
    const forgottenMs = allStatesOf([stream]).map(({ id }) => this.#members.get(id)?.forgottenMs ?? 0);
    return Math.max(Number.NEGATIVE_INFINITY, ...forgottenMs);
  }

  #unremembered(ids: Iterable<string>): string[] {
    const dropped = new Set(ids);
    for (const { rdds } of this.#members.values())
      for (const rdd of rdds.values()) if (rdd !== undefined) dropped.delete(rdd.id);
    return [...dropped];
  }

  #join(id: string): void {
    const joinedMs = this.#lastMs;
    const member = this.#members.get(id) ?? {
      rdds: new Map(),
      joinedMs,
      begun: false,
      forgottenMs: joinedMs,
    };
    this.#members.set(id, { ...member, joinedMs, begun: false });
  }

  #make(stream: StreamNode, timeMs: number, { joinedMs, begun }: Member): RddNode | undefined {
    const rdd = streamLowering(stream.op).rddAt(stream, {
      timeMs,
      zeroMs: this.zeroMs,
      run: this.run,
      parent: (index, atMs = timeMs) => {
        const parent = stream.parents[index];
        return parent === undefined || atMs <= joinedMs ? undefined : this.rddAt(parent, atMs);
      },
      received: () => this.take(stream as StreamNode<SourceSpec>, timeMs),
      transformed: () => undefined,
      begun,
      programRdd: this.programRdd,
      isReadBy: (op) => this.#isReadBy(stream, op),
    });
    return rdd && this.#stored(stream, rdd);
  }

  #stored(stream: StreamNode, rdd: RddNode): RddNode {
    const storage = this.#kept.has(stream.id) ? "ALWAYS" : stream.storage;
    return storage !== "NONE" && isComputed(rdd) ? { ...rdd, storage } : rdd;
  }

  #isReadBy(stream: StreamNode, op: string): boolean {
    for (const reader of this.#streams.values())
      if (reader.op === op && reader.parents.some(({ id }) => id === stream.id)) return true;
    return false;
  }

  /** A stream is remembered as long as its children look back, and they are remembered themselves. */
  #visit(stream: StreamNode, neededMs: number): void {
    const knownMs = this.#rememberMs.get(stream.id);
    const ownMs = Math.max(stream.slideMs, this.rememberMs, 2 * stream.checkpointMs);
    const rememberMs = Math.max(knownMs ?? ownMs, neededMs);
    if (rememberMs === knownMs) return;
    this.#rememberMs.set(stream.id, rememberMs);
    for (const parent of stream.parents) {
      if (stream.op === "window") this.#kept.add(parent.id);
      this.#visit(parent, rememberMs + stream.looksBackMs);
    }
    // After its parents.
    this.#streams.set(stream.id, stream);
  }
}

/** Whether a stream's RDD of a time is yet to be made. */
function isNotMade({ rdds, joinedMs, forgottenMs }: Member, timeMs: number): boolean {
  return timeMs > Math.max(joinedMs, forgottenMs) && !rdds.has(timeMs);
}

/** @returns ids of the RDDs that the stream remembers no more */
function forgetUntil(member: Member, untilMs: number): string[] {
  member.forgottenMs = Math.max(member.forgottenMs, untilMs);
  const past = [...member.rdds].filter(([at]) => at <= untilMs);
  for (const [at] of past) member.rdds.delete(at);
  return past.flatMap(([, rdd]) => (rdd === undefined ? [] : withInnerPanes(rdd)));
}

/** Ids of an RDD and of the panes inside its slide, which it waits for and nothing else remembers. */
function withInnerPanes(rdd: RddNode): string[] {
  const ids: string[] = [];
  for (let pane: RddNode | undefined = rdd; pane !== undefined; pane = earlierPane(pane)) ids.push(pane.id);
  return ids;
}

function earlierPane(rdd: RddNode): RddNode | undefined {
  const sides = moveOf(rdd)?.sides;
  return sides === undefined ? undefined : rdd.parents[sides];
}

/** How an RDD moves a state; undefined for one that has none. */
function moveOf(rdd: RddNode): StateMove | undefined {
  const lowering = rddLowering(rdd.op);
  return lowering.kind === "wide" ? lowering.state?.(rdd) : undefined;
}

/** False for rows that are there already. */
function isComputed(rdd: RddNode): boolean {
  const { kind } = rddLowering(rdd.op);
  return kind === "union" ? rdd.parents.some(isComputed) : kind !== "source";
}
