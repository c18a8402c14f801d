import { defineMagic } from "../define-magic.js";
import { magicList } from "../help.js";

/** `%lsmagic`: all magics there are, as text, or as data for code. */
export const lsmagic = defineMagic({
  name: "lsmagic",
  kinds: ["line"],
  summary: "Lists the magics there are.",
  params: [],
  valueType: "{ name: string; kinds: string[]; summary: string }[]",
  examples: ["%lsmagic", "const magics = %lsmagic"],
  run({ assigned }, host) {
    if (assigned)
      return host.magics.map(({ name, kinds, summary }) => ({ name, kinds: [...kinds], summary }));
    host.print(magicList(host.magics));
    return undefined;
  },
});
