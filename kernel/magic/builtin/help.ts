import { defineMagic } from "../define-magic.js";
import { magicHelp, magicList } from "../help.js";
import { nearestNames } from "../nearest.js";
import { MagicUsageError } from "../parse.js";

/** `%help name`: the same as `%name -h`. */
export const help = defineMagic({
  name: "help",
  kinds: ["line"],
  summary: "Shows how a magic is used; without a name, all magics.",
  params: [{ kind: "positional", name: "magic", help: "name of a magic, with or without %" }],
  examples: ["%help lsmagic"],
  run({ args }, host) {
    if (args.magic === undefined) return host.print(magicList(host.magics));
    const name = args.magic.replace(/^%+/, "");
    const found = host.magics.find((magic) => magic.name.toLowerCase() === name.toLowerCase());
    if (found === undefined)
      throw unknown(
        name,
        host.magics.map((magic) => magic.name),
      );
    host.print(magicHelp(found));
  },
});

function unknown(name: string, names: readonly string[]): MagicUsageError {
  const near = nearestNames(name, names);
  const suggestion = near.length === 0 ? "%lsmagic lists all" : `did you mean %${near.join(" or %")}?`;
  return new MagicUsageError(`there is no magic %${name}; ${suggestion}`);
}
