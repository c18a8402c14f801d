import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      // Pure units and in-process batches: batches in, batches out on the manual clock.
      {
        test: {
          name: "unit",
          include: ["{kernel,runtime,magics,kernelspec,lab}/**/*.test.ts"],
          exclude: ["**/*.process.test.ts", "**/*.browser.test.ts"],
        },
      },
      // The built kernel as a process: protocol transcripts, interrupts, worker threads, a real Jupyter server.
      {
        test: {
          name: "process",
          include: ["**/*.process.test.ts"],
          globalSetup: "kernelspec/testing/prepare-jupyter.ts",
          exclude: ["**/node_modules/**", "dist/**"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      // A real JupyterLab in a real browser.
      {
        test: {
          name: "browser",
          include: ["**/*.browser.test.ts"],
          globalSetup: ["kernelspec/testing/prepare-jupyter.ts", "lab/testing/prepare-chromium.ts"],
          exclude: ["**/node_modules/**", "dist/**"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
