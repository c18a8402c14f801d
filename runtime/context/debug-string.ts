import type { StorageInfo } from "../engine/persisted.js";
import { dependenciesOf } from "../operators/dependencies.js";
import type { RddNode } from "../plan/rdd-node.js";
import { StorageLevel } from "../rows/storage-level.js";

/** What an RDD is called: its name, if it was given one, its operator, and its number. */
export function describeNode({ id, op, name }: RddNode): string {
  return `${name === "" ? "" : `${name} `}${op}[${id.slice(id.indexOf(".") + 1)}]`;
}

/**
 * The lineage of an RDD as Spark's `toDebugString` writes it: an RDD a line, the newest first. A number in parentheses is
 * that of the partitions of a stage; what stands below `+-` is read through a shuffle.
 * @param stored what is kept, by the ids of the RDDs; those of which nothing is are left out
 */
export function debugString(node: RddNode, stored: ReadonlyMap<string, StorageInfo>): string {
  const partitions = `(${node.partitions})`;
  const prefix = under(partitions);
  const [first, ...more] = own(node, stored);
  return [
    `${partitions} ${first}`,
    ...more.map((line) => `${prefix} ${line}`),
    ...children(node, prefix, stored),
  ].join("\n");
}

type Stored = ReadonlyMap<string, StorageInfo>;

function children(node: RddNode, prefix: string, stored: Stored): string[] {
  const dependencies = dependenciesOf(node);
  return dependencies.flatMap(({ parent, kind }, i) => {
    if (kind === "shuffle") return shuffled(parent, prefix, i === dependencies.length - 1, stored);
    return [...own(parent, stored).map((line) => `${prefix}${line}`), ...children(parent, prefix, stored)];
  });
}

function shuffled(node: RddNode, prefix: string, isLast: boolean, stored: Stored): string[] {
  const partitions = `(${node.partitions})`;
  const here = prefix.replace(/\|\s+$/, "");
  const next = `${here}${isLast ? "  " : "| "}${under(partitions)}`;
  const [first, ...more] = own(node, stored);
  return [
    `${here}+-${partitions} ${first}`,
    ...more.map((line) => `${next}${line}`),
    ...children(node, next, stored),
  ];
}

/** A bar below the middle of a number of partitions. */
function under(partitions: string): string {
  const left = Math.floor((partitions.length - 1) / 2);
  return `${" ".repeat(left)}|${" ".repeat(partitions.length - left)}`;
}

function own(node: RddNode, stored: Stored): string[] {
  const info = stored.get(node.id);
  const line = `${describeNode(node)} [${levelText(node)}]`;
  if (info === undefined) return [line];
  const { cachedPartitions, memoryBytes, diskBytes } = info;
  return [
    line,
    `    CachedPartitions: ${cachedPartitions}; MemorySize: ${bytesText(memoryBytes)}; DiskSize: ${bytesText(diskBytes)}`,
  ];
}

/** As Spark describes a level. */
function levelText({ storage }: RddNode): string {
  const { useDisk, useMemory } = levelOf(storage);
  const where = [...(useDisk ? ["Disk"] : []), ...(useMemory ? ["Memory Deserialized"] : [])];
  return where.length === 0 ? "" : `${where.join(" ")} 1x Replicated`;
}

/** What windows of streams read is in memory. */
export function levelOf(storage: RddNode["storage"]): StorageLevel {
  return storage === "ALWAYS" ? StorageLevel.MEMORY_ONLY : StorageLevel[storage];
}

const UNITS = ["KiB", "MiB", "GiB", "TiB"];

/** As Spark writes sizes: `1024.0 B`, `1.2 KiB`: the unit changes at twice its size. */
function bytesText(bytes: number): string {
  let size = bytes;
  let unit = "B";
  for (const next of UNITS) {
    if (size < 2048) break;
    size /= 1024;
    unit = next;
  }
  return `${size.toFixed(1)} ${unit}`;
}
