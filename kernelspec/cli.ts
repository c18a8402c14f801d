#!/usr/bin/env node
/** The command `millrace`. One file per command in commands/. */

import { Command } from "commander";
import { devCommand } from "./commands/dev.js";
import { doctorCommand } from "./commands/doctor.js";
import { exportCommand } from "./commands/export.js";
import { installCommand } from "./commands/install.js";
import { labCommand } from "./commands/lab.js";
import { runCommand } from "./commands/run.js";
import { uninstallCommand } from "./commands/uninstall.js";
import { packageVersion } from "./package-root.js";

const program = new Command("millrace")
  .description("Millrace: a Jupyter kernel in TypeScript for stream processing")
  .version(packageVersion)
  .addCommand(installCommand())
  .addCommand(uninstallCommand())
  .addCommand(doctorCommand())
  .addCommand(labCommand())
  .addCommand(runCommand())
  .addCommand(exportCommand())
  .addCommand(devCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(`millrace: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
