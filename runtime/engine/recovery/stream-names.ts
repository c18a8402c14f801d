import type { StreamNode } from "../../plan/stream-node.js";
import type { PastRun } from "./batch-log.js";
import { kindOf, lookOf, type StreamLook } from "./stream-look.js";

/** What a stream with a state, or an input, goes by in a checkpoint. */
export type StreamName = readonly [
  stream: string,
  name: string,
  /** False where it is its kind and a number, since the program gave it none. */
  isOwn: boolean,
];

/** A stream of the program, or of a checkpoint, that goes by its kind and a number. Of an older checkpoint nothing else is known. */
interface Unnamed extends Partial<StreamLook> {
  name: string;
  kind: string;
  number: number;
}

interface UnnamedNow extends Unnamed {
  id: string;
}

/** The names that streams go on by, and what of the checkpoint cannot be told apart, for people. */
export interface GoneOn {
  names: StreamName[];
  unclear: string[];
}

/**
 * Finds the streams of a checkpoint among those of the program that have no name: where code was put in between, or has changed its
 * place, the first of a kind is another than it was. A stream is the same where its functions and all that it is made from read as
 * they did; then where one of both does; and the last one that is left of as many as there were is the one that was edited. Those
 * that nothing tells apart are taken for nobody's, where there are more or fewer of them than before.
 * @param streams those that the names are of
 */
export function goOnBy(past: PastRun, names: readonly StreamName[], streams: readonly StreamNode[]): GoneOn {
  const nodes = new Map(streams.map((stream) => [stream.id, stream]));
  const found = new Map<string, string>();
  const unclear: string[] = [];
  const own = new Set(names.flatMap(([, name, isOwn]) => (isOwn ? name : [])));
  const before = unnamedOf(past).filter(({ name }) => !own.has(name));
  const now = names.flatMap(([id, name, isOwn]): UnnamedNow[] => {
    const stream = nodes.get(id);
    return isOwn || stream === undefined
      ? []
      : [{ id, name, kind: kindOf(stream), number: 0, ...lookOf(stream) }];
  });
  for (const kind of new Set(now.map((one) => one.kind))) {
    const ofKind = (one: Unnamed) => one.kind === kind;
    const { pairs, left, others } = paired(before.filter(ofKind), now.filter(ofKind));
    for (const [{ name }, { id }] of pairs) found.set(id, name);
    if (others.length > 0) unclear.push(...left.map(({ name }) => unclearOf(name, others.length)));
  }
  const taken = new Set([...before.map(({ name }) => name), ...own]);
  for (const { id, kind } of now) if (!found.has(id)) found.set(id, newName(kind, taken));
  return { names: names.map(([id, name, isOwn]) => [id, found.get(id) ?? name, isOwn]), unclear };
}

/** The states and the inputs of a checkpoint, those of a kind in their order. */
function unnamedOf({ states, planned, positions }: PastRun): Unnamed[] {
  const inputs = new Map<string, Partial<StreamLook>>([...positions.keys()].map((name) => [name, {}]));
  for (const batch of planned.values())
    for (const { name, look } of batch.inputs) inputs.set(name, look ?? {});
  return [...states.map(({ name, ...look }) => [name, look] as const), ...inputs]
    .flatMap(([name, { functions, code, lineage }]) => {
      const [, kind, number] = NUMBERED.exec(name) ?? [];
      return kind === undefined ? [] : [{ name, kind, number: Number(number), functions, code, lineage }];
    })
    .sort((a, b) => a.number - b.number) as Unnamed[];
}

/** A kind and a number. */
const NUMBERED = /^(\w+) (\d+)$/;

function unclearOf(name: string, others: number): string {
  return `\`${name}\` may be ${others === 1 ? "one that was edited or a new one" : `any of ${others}`}: of those without a name there are more or fewer now; say which it is by setName("${name}")`;
}

/** The first number that none of the kind has, then or now. */
function newName(kind: string, taken: Set<string>): string {
  let number = 1;
  while (taken.has(`${kind} ${number}`)) number += 1;
  taken.add(`${kind} ${number}`);
  return `${kind} ${number}`;
}

/** By what a stream is found again, the surest first. */
const MARKS: readonly ((one: Unnamed) => string | undefined)[] = [
  ({ functions, code, lineage }) => both(functions, both(code, lineage)),
  ({ code, lineage }) => both(code, lineage),
  ({ code }) => code,
  ({ lineage }) => lineage,
];

function both(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || b === undefined ? undefined : `${a} ${b}`;
}

interface Paired {
  pairs: [before: Unnamed, now: UnnamedNow][];
  /** Of those before, and of those now. */
  left: Unnamed[];
  others: UnnamedNow[];
}

function paired(before: readonly Unnamed[], now: readonly UnnamedNow[]): Paired {
  const pairs: Paired["pairs"] = [];
  let [left, others] = [[...before], [...now]];
  const pair = (some: readonly Unnamed[], same: readonly UnnamedNow[]) => {
    pairs.push(...some.map((one, i): Paired["pairs"][number] => [one, same[i] as UnnamedNow]));
    left = left.filter((one) => !some.includes(one));
    others = others.filter((one) => !same.includes(one));
  };
  for (const markOf of MARKS) {
    for (const mark of new Set(others.map(markOf))) {
      if (mark === undefined) continue;
      const [some, same] = [left, others].map((all) => all.filter((one) => markOf(one) === mark));
      if (some?.length === same?.length) pair(some as Unnamed[], same as UnnamedNow[]);
    }
  }
  // Of a checkpoint that does not say what its streams were, the place is all there is to know them by.
  const isOld = left.every(({ code }) => code === undefined);
  if (before.length === now.length && (left.length === 1 || isOld)) pair(left, others);
  return { pairs, left, others };
}
