import { defineConfig } from "vitest/config";

const NOT_OURS = ["**/node_modules/**", "dist/**"];

const SERVERS = [
  "runtime/connect/{kafka,hdfs}/**/*.process.test.ts",
  "kernelspec/{dev,hdfs-notebook,kafka-notebook}.process.test.ts",
];

const ofProcesses = {
  globalSetup: "kernelspec/testing/prepare-jupyter.ts",
  testTimeout: 60_000,
  hookTimeout: 120_000,
  fileParallelism: false,
};

export default defineConfig({
  test: {
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
          testTimeout: 20_000,
        },
      },
      // The built kernel as a process: protocol transcripts, interrupts, worker threads, a real Jupyter server.
      {
        test: {
          ...ofProcesses,
          name: "process",
          include: ["**/*.process.test.ts"],
          exclude: [...NOT_OURS, ...SERVERS],
        },
      },
      // Real servers of others, Kafka and HDFS: these wait most of the time, so two files run beside each other.
      {
        test: {
          ...ofProcesses,
          name: "servers",
          include: SERVERS,
          exclude: NOT_OURS,
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
      // A real JupyterLab in a real browser.
      {
        test: {
          name: "browser",
          include: ["**/*.browser.test.ts"],
          globalSetup: ["kernelspec/testing/prepare-jupyter.ts", "lab/testing/prepare-chromium.ts"],
          exclude: NOT_OURS,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
