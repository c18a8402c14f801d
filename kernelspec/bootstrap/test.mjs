// `npm test`: every part is run, whatever the others say; the last line counts.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npm } from "./packages.mjs";
import { root } from "./root.mjs";

/** name → runs the part and counts its tests. Those that are scripts of package.json count as one test each. */
const PARTS = {
  types: () => script("types"),
  lint: () => script("lint"),
  layers: () => script("layers"),
  docs: () => script("docs"),
  unit: (filters) => vitest("unit", filters),
  process: (filters) => vitest("process", filters),
  servers: (filters) => vitest("servers", filters),
  browser: (filters) => vitest("browser", filters),
};

/**
 * `npm test -- unit browser` runs those parts only; other arguments go to vitest, as filters of files.
 * Returns the exit status.
 */
export async function runTests(args) {
  const names = args.filter((arg) => Object.hasOwn(PARTS, arg));
  const filters = args.filter((arg) => !Object.hasOwn(PARTS, arg));
  const results = [];
  for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
    console.log(`\n── ${name}`);
    const begun = performance.now();
    const counts = PARTS[name](filters);
    results.push({ name, ...counts, seconds: (performance.now() - begun) / 1000 });
  }
  return report(results);
}

function report(results) {
  console.log("");
  for (const { name, passed, failed, seconds } of results) {
    console.log(
      `${failed === 0 ? "✔" : "✘"} ${name.padEnd(8)} ${passed} passed, ${failed} failed, ${seconds.toFixed(0)} s`,
    );
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
  return total("failed") === 0 ? 0 : 1;
}

function script(name) {
  const { status } = npm(["run", "--silent", name]);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function vitest(project, filters) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-report-"));
  const file = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = npm([
    "exec",
    "--",
    "vitest",
    "run",
    "--root",
    root,
    "--project",
    project,
    "--passWithNoTests",
    ...reporters,
    ...filters,
  ]);
  const counts = count(file);
  rmSync(folder, { recursive: true });
  // What fails outside of any test must not be lost.
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function count(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    console.error(`vitest left no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  }
  const failed = report.testResults.reduce((sum, suite) => sum + failures(suite), 0);
  return { passed: report.numPassedTests, failed };
}

/** A file that fails before its tests, in a hook or an import, is one failure. */
function failures({ status, assertionResults }) {
  const failed = assertionResults.filter((result) => result.status === "failed").length;
  return failed === 0 && status === "failed" ? 1 : failed;
}
