import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { formatTime } from "./format-time.js";

/** `%time expression`, `%%time`: the value is that of the code. */
export const time = defineMagic({
  name: "time",
  kinds: ["line", "cell"],
  summary: "Runs code and prints how long it took; what it awaits counts.",
  params: [{ kind: "positional", name: "code", type: "code", help: "code to run" }],
  body: "code",
  examples: ["%time await counts.collect()", "const rows = %time await load()", "%%time\nlong()"],
  async run({ args, body }, host) {
    const code = body === undefined ? args.code : `${args.code ?? ""}\n${body}`;
    if (code === undefined || code.trim() === "")
      throw new MagicUsageError("%time: there is no code to run (%time -h shows its use)");
    const watch = new Watch();
    try {
      return await host.notebook.evaluate(code);
    } finally {
      watch.print(host);
    }
  },
});

/** CPU time is that of the process: of all its threads, those of streams included. */
class Watch {
  readonly #startedMs = performance.now();
  readonly #cpu = process.cpuUsage();

  print(host: MagicHost): void {
    const wallMs = performance.now() - this.#startedMs;
    const { user, system } = process.cpuUsage(this.#cpu);
    const [userMs, systemMs] = [user / 1000, system / 1000];
    host.print(
      `CPU times: user ${formatTime(userMs)}, sys: ${formatTime(systemMs)}, total: ${formatTime(userMs + systemMs)}`,
    );
    host.print(`Wall time: ${formatTime(wallMs)}`);
  }
}
