/** npm in the notebook's folder, with its progress shown in the cell. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { CommandError, runCommand } from "./run-command.js";
import { WholeLines } from "./whole-lines.js";

export interface NpmOptions {
  /** Packages may run programs of their own while they are installed. */
  allowScripts: boolean;
  /** As development dependencies. */
  dev?: boolean;
}

/** Progress is shown at most so often. */
const PROGRESS_INTERVAL_MS = 250;
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";
/** Of what npm says only warnings, errors and its requests to the registry, which are counted. */
const QUIET = ["--no-audit", "--no-fund", "--loglevel=http"];

let displays = 0;

/**
 * Installs packages, by whatever npm takes for one: `lodash`, `lodash@4`, a folder, a tarball, a URL. Resolves when they can
 * be imported.
 * @throws CommandError with what npm said
 */
export async function npmInstall(
  packages: readonly string[],
  { allowScripts, dev = false }: NpmOptions,
  host: MagicHost,
): Promise<void> {
  const { folder } = host.notebook;
  const before = withScripts(folder);
  const scripts = allowScripts ? [] : ["--ignore-scripts"];
  await runNpm(["install", ...scripts, ...(dev ? ["--save-dev"] : []), ...packages], host);
  const skipped = allowScripts ? [] : withScripts(folder).filter((name) => !before.includes(name));
  if (skipped.length > 0)
    host.print(
      `not run: the install scripts of ${skipped.join(", ")}; should it not work without, install it with --allow-scripts`,
    );
}

/** Runs an npm command in the notebook's folder. What npm prints is printed. @throws CommandError with what it said */
export async function runNpm(words: readonly string[], host: MagicHost): Promise<void> {
  const { folder } = host.notebook;
  const progress = new Progress(`npm ${words[0]}`, host);
  const complaints: string[] = [];
  const said = new WholeLines((line) => {
    if (/^npm http /.test(line)) progress.step();
    else if (line.trim() !== "") complaints.push(line);
  });
  // The notebook's folder is meant, also where a folder above is a package.
  const command = { file: NPM, args: [...words, "--prefix", folder, ...QUIET], cwd: folder };
  const write = (name: "stdout" | "stderr", text: string): void => {
    if (name === "stdout") host.write(name, text);
    else said.push(text);
  };
  try {
    await runCommand(command, `npm ${words.join(" ")}`, { write, signal: host.signal }).finally(() =>
      said.end(),
    );
  } catch (error) {
    if (!(error instanceof CommandError) || complaints.length === 0) throw error;
    throw new CommandError(`${error.message}:\n${complaints.join("\n")}`);
  } finally {
    progress.end();
  }
  for (const line of complaints) host.write("stderr", `${line}\n`);
}

/** Packages that the folder asks for: name → version, path or URL. */
export function dependenciesOf(folder: string): Record<string, string> {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return {};
  const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  return dependencies;
}

/** Names of installed packages that have install scripts; empty when nothing is installed. */
function withScripts(folder: string): string[] {
  const file = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(file)) return [];
  const { packages = {} }: { packages?: Record<string, { hasInstallScript?: boolean }> } = JSON.parse(
    readFileSync(file, "utf8"),
  );
  return Object.entries(packages)
    .filter(([, { hasInstallScript = false }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ""));
}

/** One line that counts requests to the registry; shown from the first one on. */
class Progress {
  readonly #what: string;
  readonly #host: MagicHost;
  readonly #id = `npm-${process.pid}-${++displays}`;
  readonly #startedMs = performance.now();
  #requests = 0;
  #shownMs = 0;

  constructor(what: string, host: MagicHost) {
    this.#what = what;
    this.#host = host;
  }

  step(): void {
    this.#requests++;
    const isFirst = this.#requests === 1;
    if (isFirst || performance.now() - this.#shownMs >= PROGRESS_INTERVAL_MS) this.#show(!isFirst, "…");
  }

  end(): void {
    if (this.#requests > 0) this.#show(true, "");
  }

  #show(update: boolean, more: string): void {
    this.#shownMs = performance.now();
    const seconds = ((this.#shownMs - this.#startedMs) / 1000).toFixed(1);
    const asked = this.#requests === 1 ? "1 request" : `${this.#requests} requests`;
    const text = `${this.#what}: ${asked} to the registry, ${seconds} s${more}`;
    this.#host.show({ "text/plain": text }, this.#id, { update });
  }
}
