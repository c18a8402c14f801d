/** The text after a magic's name → values by parameter, by the parameters the magic declares. */

import type { Flag, MagicArgs, Option, Param, Positional } from "./magic.js";
import { nearestNames } from "./nearest.js";
import { parseValue } from "./parse-value.js";
import { type Word, wordsOf } from "./split-words.js";

/** A magic that was written wrongly; the message says how to write it. */
export class MagicUsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Parses `--option value`, `--option=value`, `-o value`, `--flag` and values by place; `--` ends the options. A value of
 * type `line` or `code` is all that follows, as it stands.
 * Parameters that are not given are undefined, or their default; flags are then false.
 * @param name the magic's, for messages
 * @throws MagicUsageError, one sentence
 */
export function parseMagicArgs(name: string, line: string, params: readonly Param[]): MagicArgs {
  try {
    return new ArgumentParser(params, line).parse();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = hasCodeBehind(line) ? "; a magic takes its whole line, so code goes on the next one" : "";
    throw new MagicUsageError(`%${name}: ${reason}${hint} (%${name} -h shows its use)`);
  }
}

/** `%window counts; const a = 5` was meant as a magic and a statement. */
function hasCodeBehind(line: string): boolean {
  return /;\s*\S/.test(unquoted(line));
}

function unquoted(line: string): string {
  return line.replace(/"[^"]*"|'[^']*'/g, '""');
}

/** True when the words ask for help instead of action. In text that is taken as it stands, `-h` is part of it. */
export function asksForHelp(line: string, params: readonly Param[]): boolean {
  if (params.some(takesRest)) return /^\s*(-h|--help)\s*$/.test(line);
  return /(^|\s)(-h|--help)(\s|$)/.test(unquoted(line));
}

class ArgumentParser {
  readonly #line: string;
  readonly #words: Generator<Word, undefined>;
  readonly #positionals: Positional[];
  readonly #named: Map<string, Option | Flag>;
  readonly #args: MagicArgs;
  #place = 0;

  constructor(params: readonly Param[], line: string) {
    this.#line = line;
    this.#words = wordsOf(line);
    this.#positionals = params.filter((param) => param.kind === "positional");
    const named = params.filter((param) => param.kind !== "positional");
    this.#named = new Map(
      named.flatMap((param) => [
        [`--${param.name}`, param],
        ...(param.short === undefined ? [] : [[`-${param.short}`, param] as const]),
      ]),
    );
    this.#args = Object.fromEntries(params.map((param) => [param.name, initial(param)]));
  }

  parse(): MagicArgs {
    let optionsEnded = false;
    for (let word = this.#next(); word !== undefined; word = this.#next()) {
      if (!optionsEnded && word.text === "--" && !word.quoted) optionsEnded = true;
      else if (!optionsEnded && this.#isNamed(word)) this.#byName(word.text);
      else if (this.#takesRest()) return this.#rest(word.start);
      else this.#byPlace(word.text);
    }
    this.#checkComplete();
    return this.#args;
  }

  #next(): Word | undefined {
    return this.#words.next().value;
  }

  /**
   * A magic that has no options takes all as text where it takes text, or whatever follows: `%time -x` is of minus x, and
   * `%run words.ts --limit 10` hands on an option of the program.
   */
  #isNamed(word: Word): boolean {
    return isOption(word) && !(this.#named.size === 0 && (this.#takesRest() || this.#takesMany()));
  }

  #takesMany(): boolean {
    return this.#positionals[this.#place]?.rest === true;
  }

  #takesRest(): boolean {
    const param = this.#positionals[this.#place];
    return param !== undefined && takesRest(param);
  }

  #rest(start: number): MagicArgs {
    const param = this.#positionals[this.#place];
    if (param !== undefined) this.#args[param.name] = this.#line.slice(start).trimEnd();
    return this.#args;
  }

  #byName(written: string): void {
    const flags = this.#flagsOf(written);
    if (flags.length > 0) for (const { name } of flags) this.#args[name] = true;
    else this.#option(written);
  }

  /** `-no` is `-n -o`; empty when it is not of flags alone. */
  #flagsOf(written: string): Flag[] {
    const letters = /^-[A-Za-z]+$/.test(written) ? [...written.slice(1)] : [];
    const flags = letters.flatMap((letter) => {
      const param = this.#named.get(`-${letter}`);
      return param?.kind === "flag" ? [param] : [];
    });
    return flags.length === letters.length ? flags : [];
  }

  #option(written: string): void {
    const { head, attached } = this.#split(written);
    const param = this.#named.get(head);
    if (param === undefined) throw this.#unknown(head);
    if (param.kind === "flag") {
      if (attached !== undefined) throw new Error(`${head} is a flag and takes no value, not "${attached}"`);
      this.#args[param.name] = true;
      return;
    }
    const value = attached ?? this.#optionValue();
    if (value === undefined) throw new Error(`${head} needs a value`);
    this.#args[param.name] = parseValue(value, param, head);
  }

  /** `--rate=5`, and `-r5` where `-r` takes a value. */
  #split(written: string): { head: string; attached: string | undefined } {
    const short = written.slice(0, 2);
    if (this.#named.get(short)?.kind === "option" && written.length > 2)
      return { head: short, attached: written.slice(2).replace(/^=/, "") };
    const [head = "", ...rest] = written.split("=");
    return { head, attached: rest.length > 0 ? rest.join("=") : undefined };
  }

  #optionValue(): string | undefined {
    const next = this.#next();
    return next === undefined || isOption(next) ? undefined : next.text;
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
      if (!param.required || !missing) continue;
      const wanted = param.choices === undefined ? param.help : `one of ${param.choices.join(", ")}`;
      throw new Error(`<${param.name}> is missing: ${wanted}`);
    }
  }

  #unknown(written: string): Error {
    const names = [...this.#named.keys()].filter((name) => name.startsWith("--"));
    const near = nearestNames(
      written.replace(/^-+/, ""),
      names.map((name) => name.slice(2)),
    );
    if (near.length > 0)
      return new Error(`there is no option ${written}; did you mean --${near.join(" or --")}?`);
    const byPlace = this.#positionals.find(({ name }) => `--${name}` === written);
    if (byPlace !== undefined)
      return new Error(`${byPlace.name} is given by its place, without ${written}: ${byPlace.help}`);
    const all = names.join(", ");
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

/** The value is the rest of the line as it stands. */
function takesRest(param: Param): boolean {
  return param.kind === "positional" && (param.type === "line" || param.type === "code");
}

/** `-5` and `-.5` are numbers. */
function isOption({ text, quoted }: Word): boolean {
  return !quoted && /^-{1,2}[A-Za-z]/.test(text);
}
