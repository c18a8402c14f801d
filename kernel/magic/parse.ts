/** The text after a magic's name → values by parameter, by the parameters the magic declares. */

import type { Flag, MagicArgs, Option, Param, Positional } from "./magic.js";
import { nearestNames } from "./nearest.js";
import { parseValue } from "./parse-value.js";
import { splitWords, type Word } from "./split-words.js";

/** A magic that was written wrongly; the message says how to write it. */
export class MagicUsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Parses `--option value`, `--option=value`, `--flag` and values by place; `--` ends the options.
 * Parameters that are not given are undefined, or their default; flags are then false.
 * @param name the magic's, for messages
 * @throws MagicUsageError, one sentence
 */
export function parseMagicArgs(name: string, line: string, params: readonly Param[]): MagicArgs {
  try {
    return new ArgumentParser(params).parse(splitWords(line));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MagicUsageError(`%${name}: ${reason} (%${name} -h shows its use)`);
  }
}

/** True when the words ask for help instead of action. */
export function asksForHelp(line: string): boolean {
  return /(^|\s)(-h|--help)(\s|$)/.test(line.replace(/"[^"]*"|'[^']*'/g, '""'));
}

class ArgumentParser {
  readonly #positionals: Positional[];
  readonly #named: Map<string, Option | Flag>;
  readonly #args: MagicArgs;
  #place = 0;

  constructor(params: readonly Param[]) {
    this.#positionals = params.filter((param) => param.kind === "positional");
    const named = params.filter((param) => param.kind !== "positional");
    this.#named = new Map(named.map((param) => [param.name, param]));
    this.#args = Object.fromEntries(params.map((param) => [param.name, initial(param)]));
  }

  parse(words: readonly Word[]): MagicArgs {
    let optionsEnded = false;
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      if (word === undefined) break;
      if (!optionsEnded && word.text === "--" && !word.quoted) optionsEnded = true;
      else if (optionsEnded || !isOption(word)) this.#byPlace(word.text);
      else if (this.#byName(word.text, words[i + 1])) i++;
    }
    this.#checkComplete();
    return this.#args;
  }

  /** @returns true when the next word was its value */
  #byName(written: string, next: Word | undefined): boolean {
    const [head = "", ...rest] = written.split("=");
    const attached = rest.length > 0 ? rest.join("=") : undefined;
    const param = this.#named.get(head.replace(/^--/, ""));
    if (param === undefined || !head.startsWith("--")) throw this.#unknown(head);
    if (param.kind === "flag") {
      if (attached !== undefined) throw new Error(`${head} is a flag and takes no value, not "${attached}"`);
      this.#args[param.name] = true;
      return false;
    }
    const value = attached ?? (next && !isOption(next) ? next.text : undefined);
    if (value === undefined) throw new Error(`${head} needs a value`);
    this.#args[param.name] = parseValue(value, param, head);
    return attached === undefined;
  }

  #byPlace(text: string): void {
    const param = this.#positionals[this.#place];
    if (param === undefined) throw this.#tooMany(text);
    const value = parseValue(text, param, `<${param.name}>`);
    if (!param.rest) {
      this.#args[param.name] = value;
      this.#place++;
      return;
    }
    const earlier = this.#args[param.name];
    this.#args[param.name] = [...(Array.isArray(earlier) ? earlier : []), String(value)];
  }

  #checkComplete(): void {
    for (const param of this.#positionals) {
      const value = this.#args[param.name];
      const missing = value === undefined || (Array.isArray(value) && value.length === 0);
      if (param.required && missing) throw new Error(`<${param.name}> is missing: ${param.help}`);
    }
  }

  #unknown(written: string): Error {
    const names = [...this.#named.keys()];
    const near = nearestNames(written.replace(/^-+/, ""), names);
    if (near.length > 0)
      return new Error(`there is no option ${written}; did you mean --${near.join(" or --")}?`);
    const all = names.map((name) => `--${name}`).join(", ");
    return new Error(
      all === ""
        ? `there is no option ${written}: it has none`
        : `there is no option ${written}, only ${all}`,
    );
  }

  #tooMany(text: string): Error {
    const count = this.#positionals.length;
    if (count === 0) return new Error(`takes no values, so "${text}" means nothing`);
    return new Error(`takes at most ${count} value${count === 1 ? "" : "s"}, so "${text}" is one too many`);
  }
}

function initial(param: Param): MagicArgs[string] {
  if (param.kind === "flag") return false;
  if (param.kind === "option") return param.default;
  return param.rest ? [] : undefined;
}

/** `-5` and `-.5` are numbers. */
function isOption({ text, quoted }: Word): boolean {
  return !quoted && /^-{1,2}[A-Za-z]/.test(text);
}
