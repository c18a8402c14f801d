import { defineMagic } from "../define-magic.js";
import { magicHelp, magicList } from "../help.js";
import type { Magic } from "../magic.js";
import { nearestNames } from "../nearest.js";
import { MagicUsageError } from "../parse.js";

/** `%help name`: the same as `%name -h`. */
export const help = defineMagic({
  name: "help",
  kinds: ["line"],
  summary: "Shows how a magic is used; without a name, all magics.",
  params: [
    { kind: "positional", name: "magic", namesMagic: true, help: "name of a magic, with or without %" },
  ],
  valueType: "string",
  examples: ["%help lsmagic", "const text = %help lsmagic"],
  run({ args, assigned }, host) {
    const text = args.magic === undefined ? magicList(host.magics) : helpOf(args.magic, host.magics);
    if (assigned) return text;
    host.print(text);
    return undefined;
  },
});

/** @throws MagicUsageError with the nearest names */
function helpOf(written: string, magics: readonly Magic<never>[]): string {
  const name = written.replace(/^%+/, "");
  const found = magics.find((magic) => magic.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return magicHelp(found);
  const names = magics.map((magic) => magic.name);
  throw unknown(name, names);
}

function unknown(name: string, names: readonly string[]): MagicUsageError {
  const near = nearestNames(name, names);
  const suggestion = near.length === 0 ? "%lsmagic lists all" : `did you mean %${near.join(" or %")}?`;
  return new MagicUsageError(`there is no magic %${name}; ${suggestion}`);
}
