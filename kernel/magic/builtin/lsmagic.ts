import { defineMagic } from "../define-magic.js";
import { magicList } from "../help.js";

/** `%lsmagic`: all magics there are. */
export const lsmagic = defineMagic({
  name: "lsmagic",
  kinds: ["line"],
  summary: "Lists the magics there are.",
  params: [],
  run(_call, host) {
    host.print(magicList(host.magics));
  },
});
