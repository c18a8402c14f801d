// `npm test`: every part is run, whatever the others say; the last line counts.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { npm } from "./packages.mjs";
import { root } from "./root.mjs";

/** Those of a line run beside each other: what checks holds one core at most, and servers of others are mostly waited for. */
const STAGES = [["types", "lint", "layers", "docs"], ["unit"], ["process", "servers"], ["browser"]];

/** Scripts of package.json, which count as one test each; the others are projects of vitest.config.ts. */
const CHECKS = new Set(STAGES[0]);

/**
 * `npm test -- unit browser` runs those parts only; other arguments go to vitest, as filters of files.
 * Resolves with the exit status.
 */
export async function runTests(args) {
  const all = STAGES.flat();
  const named = args.filter((arg) => all.includes(arg));
  const filters = args.filter((arg) => !all.includes(arg));
  const results = [];
  for (const stage of STAGES) {
    const names = named.length > 0 ? stage.filter((name) => named.includes(name)) : stage;
    if (names.length > 0) console.log(`\n── ${names.join(", ")}`);
    const beside = names.length > 1;
    results.push(...(await Promise.all(names.map((name) => part(name, { beside, filters })))));
  }
  return report(results);
}

async function part(name, { beside, filters }) {
  const begun = performance.now();
  const counts = CHECKS.has(name) ? await check(name, beside) : await suite(name, beside, filters);
  return { name, ...counts, seconds: (performance.now() - begun) / 1000 };
}

/** What failed is said again at the end: the parts write thousands of lines. */
function report(results) {
  console.log("");
  for (const { name, failures } of results) {
    for (const failure of failures) console.log(`✘ ${name.padEnd(8)} ${failure}`);
  }
  for (const { name, passed, failures, seconds } of results) {
    const failed = failures.length;
    console.log(
      `${failed === 0 ? "✔" : "✘"} ${name.padEnd(8)} ${passed} passed, ${failed} failed, ${seconds.toFixed(0)} s`,
    );
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failures.length, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function check(name, beside) {
  const status = await npm(["run", "--silent", name], { beside });
  return status === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`npm run ${name}`] };
}

async function suite(project, beside, filters) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-report-"));
  const file = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const args = ["run", "--root", root, "--project", project, "--passWithNoTests", ...reporters, ...filters];
  const status = await npm(["exec", "--", "vitest", ...args], { beside });
  const counts = count(file);
  rmSync(folder, { recursive: true });
  // What fails outside of any test must not be lost.
  return status !== 0 && counts.failures.length === 0
    ? { ...counts, failures: [`vitest ended with status ${status}`] }
    : counts;
}

function count(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return { passed: 0, failures: [`vitest left no report: ${error.message}`] };
  }
  return { passed: report.numPassedTests, failures: report.testResults.flatMap(failuresOf) };
}

/** A file that fails before its tests, in a hook or an import, is one failure. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((result) => result.status === "failed");
  if (failed.length === 0) return status === "failed" ? [`${file}: ${firstLine(message)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) => `${file} > ${fullName}: ${firstLine(failureMessages[0])}`,
  );
}

function firstLine(text = "") {
  return text.split("\n", 1)[0];
}
