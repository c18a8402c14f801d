/** `millrace doctor`: what is found, what is wrong, and how to put it right. */

import { Command } from "commander";
import { CHECKS } from "../doctor/checks.js";
import { type Finding, isWrong } from "../doctor/finding.js";
import { findJupyter } from "../jupyter/own-environment.js";

export function doctorCommand(): Command {
  return new Command("doctor")
    .description(
      "look for what would keep Millrace from working; the exit status is 1 when something is wrong",
    )
    .action(async () => {
      const jupyter = await findJupyter();
      const findings: Finding[] = [];
      for (const look of CHECKS) {
        const found = await look(jupyter);
        for (const finding of found) console.log(describe(finding));
        findings.push(...found);
      }
      const wrong = findings.filter(isWrong).length;
      console.log(
        wrong === 0
          ? "\nNothing is wrong"
          : `\n${wrong} of ${findings.length} ${wrong === 1 ? "is" : "are"} wrong`,
      );
      process.exitCode = wrong === 0 ? 0 : 1;
    });
}

function describe(finding: Finding): string {
  const { what, fix } = finding;
  return fix === undefined ? `✔ ${what}` : `${isWrong(finding) ? "✘" : "–"} ${what}\n    ${fix}`;
}
