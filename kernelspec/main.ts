/**
 * Entry of the front process, as kernel.json starts it: `node [option …] front.js CONNECTION_FILE`. The entries of the other
 * processes and threads lie beside it.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { readConnectionFile } from "../kernel/front/connection-file.js";
import { runKernel } from "../kernel/front/run-kernel.js";
import type { MagicSummary } from "../kernel/port/language.js";
import packageJson from "../package.json" with { type: "json" };
import { userDataFolder } from "./jupyter/folders.js";
import { millraceInfo } from "./kernel-info.js";
import { languageOptions } from "./language-options.js";

/** Without the first, V8 aborts the process when an interrupt ends code that runs under an async hook. */
const EVALUATOR_OPTIONS = ["--no-force-async-hooks-checks", "--experimental-import-meta-resolve"];

/**
 * For glibc's malloc, with the value that it begins with: said explicitly, it stays. Else each large buffer that is freed raises it,
 * up to 32 MB, and later buffers of batches come from heaps that keep what is freed: a process with streams grows for minutes, by a tenth.
 */
const EVALUATOR_ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: "131072" };

const { version, dependencies } = packageJson;
const here = fileURLToPath(new URL(".", import.meta.url));
const entry = (name: string) => join(here, `${name}.js`);
const types = (path: string) => join(here, "types", path);

/** Of which 70 to 80 are in use. Without a limit V8 collects so late that the process grows to 650 MB; with it, to 400. */
const LANGUAGE_HEAP_MB = 512;

/** What it reads at its start lives on: a young generation of V8's size (48 MB) would only be more memory, 40 MB of it. */
const LANGUAGE_YOUNG_MB = 4;

async function startLanguage(): Promise<Worker> {
  const magics: MagicSummary[] = JSON.parse(await readFile(join(here, "magics.json"), "utf8"));
  const workerData = languageOptions(process.cwd(), types, magics);
  return new Worker(entry("language"), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: LANGUAGE_HEAP_MB, maxYoungGenerationSizeMb: LANGUAGE_YOUNG_MB },
  });
}

await runKernel((connectionFile) => ({
  connection: readConnectionFile(connectionFile),
  info: millraceInfo({ version, typescript: dependencies.typescript }),
  evaluator: { entry: entry("evaluator"), execArgv: EVALUATOR_OPTIONS, env: EVALUATOR_ENVIRONMENT },
  language: startLanguage,
  render: () => new Worker(entry("render")),
  history: join(userDataFolder(), "millrace", "history"),
  cwd: process.cwd(),
}));
