import { defineConfig } from "vitest/config";

const NOT_OURS = ["**/node_modules/**", "dist/**"];

const SERVERS = ["runtime/connect/{kafka,hdfs}/**/*.process.test.ts", "kernelspec/dev.process.test.ts"];

/**
 * Bounds of a hang, not of work: a test that ends takes no longer for them. They hold on a machine that is slower by far, and busy.
 * `expect.poll` waits for a fact, and gives up early enough to say for which.
 */
const patience = (ms: number) => ({
  testTimeout: ms,
  hookTimeout: ms,
  expect: { poll: { timeout: ms / 2 } },
});
const ofProcesses = patience(300_000);

export default defineConfig({
  test: {
    // Files at a time; of processes, servers and browsers too: their tests wait for these half of the time.
    maxWorkers: "100%",
    projects: [
      // Pure units and in-process batches: batches in, batches out on the manual clock.
      {
        test: {
          name: "unit",
          include: ["{kernel,runtime,magics,kernelspec,lab}/**/*.test.ts"],
          exclude: ["**/*.process.test.ts", "**/*.browser.test.ts"],
          // One process loads what many files need once, the compiler of TypeScript above all.
          pool: "forks", // in a thread no test could change the working directory
          isolate: false,
          ...patience(300_000),
        },
      },
      // The built kernel as a process: protocol transcripts, interrupts, worker threads, a real Jupyter server.
      {
        test: {
          ...ofProcesses,
          name: "process",
          globalSetup: "kernelspec/testing/prepare-jupyter.ts",
          include: ["**/*.process.test.ts"],
          exclude: [...NOT_OURS, ...SERVERS],
        },
      },
      // Real servers of others, Kafka and HDFS.
      {
        test: { ...ofProcesses, name: "servers", include: SERVERS, exclude: NOT_OURS },
      },
      // A real JupyterLab in a real browser.
      {
        test: {
          name: "browser",
          include: ["**/*.browser.test.ts"],
          globalSetup: ["kernelspec/testing/prepare-jupyter.ts", "lab/testing/prepare-chromium.ts"],
          exclude: NOT_OURS,
          ...patience(480_000),
        },
      },
    ],
  },
});
