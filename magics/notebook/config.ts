import { defineMagic } from "../../kernel/magic/define-magic.js";
import { nearestNames } from "../../kernel/magic/nearest.js";
import type { Setting } from "../../kernel/magic/notebook-access.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";

/** Those there are, as a person would set them. */
const SUGGESTIONS = ["autoreload", "showOutput", "showTypes", "truncation"].flatMap((name) => [
  `${name}=on`,
  `${name}=off`,
]);

/** `%config truncation=off`: settings of the notebook. */
export const config = defineMagic({
  name: "config",
  kinds: ["line"],
  summary: "Lists the settings of the notebook, or sets one for the cells from here on.",
  params: [{ kind: "positional", name: "assignment", suggestions: SUGGESTIONS, help: "name, or name=value" }],
  examples: ["%config", "%config truncation=off", "const types = %config showTypes"],
  run({ args }, host) {
    const { settings } = host.notebook;
    if (args.assignment === undefined) return listed(settings);
    const [name = "", value] = args.assignment.split("=", 2);
    const setting = find(name, settings);
    if (value === undefined) return setting.value;
    if (!setting.choices.includes(value))
      throw new MagicUsageError(
        `%config: ${setting.name} is one of ${setting.choices.join(", ")}, not "${value}"`,
      );
    setting.value = value;
    return undefined;
  },
});

function find(name: string, settings: readonly Setting[]): Setting {
  const found = settings.find((setting) => setting.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const names = settings.map((setting) => setting.name);
  const near = nearestNames(name, names);
  const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there is ${names.join(", ")}`;
  throw new MagicUsageError(`%config: there is no setting ${name}; ${hint}`);
}

function listed(settings: readonly Setting[]): Record<string, string> {
  const values = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  const rows = settings.map((setting) => [setting.name, withOthers(setting), setting.help]);
  const columns = ["setting", "value", "what it does"];
  return shownAs(values, "Settings of the notebook", [table("", columns, rows)]);
}

/** "off (or on)": what it is, and what else it may be. */
function withOthers({ value, choices }: Setting): string {
  const others = choices.filter((choice) => choice !== value);
  return others.length === 0 ? value : `${value} (or ${others.join(", ")})`;
}
