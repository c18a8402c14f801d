import { basename, dirname } from "node:path";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { CHANNELS, endpoint } from "../../kernel/wire/connection.js";

/** `%connect_info`: how another front end joins this kernel. The key that signs messages is not shown: it is in the file. */
export const connectInfo = defineMagic({
  name: "connect_info",
  kinds: ["line"],
  summary: "Shows how to connect another front end to this kernel.",
  params: [],
  examples: ["%connect_info"],
  async run(_call, host) {
    const connection = await host.notebook.connection();
    const { file } = connection;
    const addresses = CHANNELS.map((channel) => `  ${channel.padEnd(7)} ${endpoint(connection, channel)}`);
    const existing = file === undefined ? "" : nameOf(file);
    host.print(
      [
        ...addresses,
        "",
        ...(file === undefined
          ? []
          : [`The connection file is ${file}; it holds a key: keep it to yourself.`]),
        `On this machine, connect with:  jupyter console --existing ${existing}`.trimEnd(),
      ].join("\n"),
    );
  },
});

/** In Jupyter's own folder of such files the name is enough. */
function nameOf(file: string): string {
  return basename(dirname(file)) === "runtime" ? basename(file) : file;
}
