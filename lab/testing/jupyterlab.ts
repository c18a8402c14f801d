/** A JupyterLab for one test file: a real server with folders of its own, and a browser page that looks at it. */

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { ensureJupyter } from "../../kernelspec/jupyter/own-environment.js";
import { startServer } from "../../kernelspec/jupyter/server.js";
import { ensureNotebook } from "../../kernelspec/testing/notebook-7.js";
import { CHROMIUM_ARGS, ensureChromium } from "./chromium.js";
import { NotebookPage } from "./notebook-page.js";

/**
 * What JupyterLab asks or shows a newcomer is switched off, and cells stay in the page when they are scrolled away.
 * Completions that come late, from a busy machine, are shown all the same.
 */
const SETTINGS = {
  "@jupyterlab/completer-extension:manager": { providerTimeout: 60_000 },
  "@jupyterlab/notebook-extension:tracker": { windowingMode: "none" },
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
};

/** How long a test waits for what a page is to show. */
const PATIENCE_MS = 120_000;

export interface TestLab {
  /** Jupyter's process, of which kernels are descendants. */
  serverPid: number;
  /** Folder of the notebooks. */
  notebooks: string;
  /** A new browser page, not yet anywhere; JupyterLab remembers its workspace from page to page. */
  newPage(): Promise<NotebookPage>;
  /** All pages so far. */
  pages(): Page[];
  stop(): Promise<void>;
}

export interface TestLabOptions {
  /** Puts kernels and plugins into this Jupyter data folder, which is searched before any other. */
  install(dataFolder: string): void;
  /** Notebook files to copy; the test works on the copies. */
  notebooks?: string[];
  /** Notebook 7 in JupyterLab's place. */
  program?: "lab" | "notebook";
}

/** Starts JupyterLab and the browser. The caller stops both. */
export async function startTestLab({
  install,
  notebooks = [],
  program = "lab",
}: TestLabOptions): Promise<TestLab> {
  const executablePath = ensureChromium();
  const { jupyter, env: found } =
    program === "lab"
      ? { ...(await ensureJupyter(console.log)), env: {} }
      : await ensureNotebook(console.log);
  const home = mkdtempSync(join(tmpdir(), "millrace-test-"));
  const folder = (name: string): string => join(home, name);
  for (const name of ["config", "data", "installed", "notebooks"]) mkdirSync(folder(name));
  mkdirSync(join(folder("config"), "labconfig"));
  writeFileSync(
    join(folder("config"), "labconfig", "default_setting_overrides.json"),
    JSON.stringify(SETTINGS),
  );
  for (const file of notebooks) cpSync(file, join(folder("notebooks"), basename(file)));
  install(folder("installed"));
  const env = {
    ...found,
    JUPYTER_CONFIG_DIR: folder("config"),
    JUPYTER_DATA_DIR: folder("data"),
    JUPYTER_PATH: [folder("installed"), process.env.JUPYTER_PATH].filter(Boolean).join(delimiter),
  };
  const server = await startServer({ jupyter, program, root: folder("notebooks"), env });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
  // One context: what the first page has loaded and compiled, the next ones have.
  const context = await browser.newContext({ viewport: { width: 1280, height: 960 } });
  context.setDefaultTimeout(PATIENCE_MS);
  return {
    serverPid: server.pid,
    notebooks: folder("notebooks"),
    newPage: async () => new NotebookPage(await context.newPage(), { ...server, program }),
    pages: () => context.pages(),
    stop: async () => {
      await browser.close();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
