/** A value that a plug-in exports → a magic. Plug-ins may be written in JavaScript: nothing is taken for granted. */

import type { Magic, Param } from "./magic.js";
import { MagicUsageError } from "./parse.js";

/**
 * The value as a magic; undefined for one that is not meant as such.
 * @param what whose value it is, for the message: `./m.ts exports as default`
 * @throws MagicUsageError when the value is meant as a magic (it has `run` and `kinds`) and is not whole
 */
export function readMagic(value: unknown, what: string): Magic<unknown> | undefined {
  if (!isObject(value) || typeof value.run !== "function" || !("kinds" in value)) return undefined;
  const fault = FAULTS.find(({ isFault }) => isFault(value))?.lacks ?? paramFault(value.params);
  if (fault !== undefined) throw new MagicUsageError(`what ${what} is no magic: ${fault}`);
  return value as unknown as Magic<unknown>;
}

const FAULTS: readonly { isFault(value: Record<string, unknown>): boolean; lacks: string }[] = [
  {
    isFault: ({ name }) => typeof name !== "string" || !/^[A-Za-z_][\w-]*$/.test(name),
    lacks: "its `name` must be a word",
  },
  {
    isFault: ({ kinds }) => !Array.isArray(kinds) || kinds.length === 0 || !kinds.every(isKind),
    lacks: 'its `kinds` must be ["line"], ["cell"] or both',
  },
  { isFault: ({ summary }) => typeof summary !== "string", lacks: "its `summary` must be a sentence" },
  {
    isFault: ({ params }) => !Array.isArray(params),
    lacks: "its `params` must be an array, which may be empty",
  },
];

const PARAM_KINDS: ReadonlySet<unknown> = new Set<Param["kind"]>(["positional", "option", "flag"]);

function paramFault(params: unknown): string | undefined {
  const index = (Array.isArray(params) ? params : []).findIndex((param: unknown) => {
    if (!isObject(param) || !PARAM_KINDS.has(param.kind)) return true;
    return typeof param.name !== "string" || typeof param.help !== "string";
  });
  if (index < 0) return undefined;
  return `its parameter ${index + 1} must have a \`kind\` (positional, option or flag), a \`name\` and a \`help\``;
}

function isKind(kind: unknown): boolean {
  return kind === "line" || kind === "cell";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
