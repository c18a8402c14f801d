import { defineMagic } from "../../kernel/magic/define-magic.js";
import { nearestNames } from "../../kernel/magic/nearest.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";

/** Names under which secrets are kept: a list of all variables must not show them. */
const SECRET = /key|token|secret|password|passwd|credential/i;

/** `%env NAME=value`: variables of the environment, for cells and what they start. */
export const env = defineMagic({
  name: "env",
  kinds: ["line"],
  summary: "Sets or gives a variable of the environment; without a name, all of them.",
  params: [{ kind: "positional", name: "assignment", type: "line", help: "NAME, NAME=value or NAME value" }],
  examples: ["%env TZ=UTC", "const home = %env HOME", "%env"],
  run({ args }, host) {
    if (args.assignment === undefined) return all();
    const [, name = "", separator = "", value = ""] =
      /^([^\s=]+)(\s*=\s*|\s+)?(.*)$/s.exec(args.assignment) ?? [];
    if (separator === "") return given(name);
    process.env[name] = value;
    host.print(`env: ${name}=${SECRET.test(name) ? "<hidden>" : value}`);
  },
});

function all(): Record<string, string> {
  const entries = Object.entries(process.env).map(([name, value = ""]) => {
    return [name, SECRET.test(name) ? "<hidden>" : value] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function given(name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  const near = nearestNames(name, Object.keys(process.env));
  const hint = near.length === 0 ? "" : `did you mean ${near.join(" or ")}? `;
  throw new MagicUsageError(
    `%env: the environment has no variable ${name}; ${hint}%env ${name}=value makes it`,
  );
}
