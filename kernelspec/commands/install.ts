/** `millrace install`: makes Millrace known to Jupyter. */

import { sep } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../package-root.js";
import { checkInstall, type InstallOptions, install } from "../spec/installation.js";
import { DEFAULT_DISPLAY_NAME, kernelFolder, kernelJson } from "../spec/kernel-folder.js";
import { nameOption } from "../spec/kernel-name.js";
import { pluginFolder } from "../spec/plugin-folder.js";
import { type TargetOptions, targetFolder, withTargetOptions } from "../spec/target.js";

export function installCommand(): Command {
  return withTargetOptions(new Command("install"))
    .description("install the kernel and the JupyterLab plugin")
    .addOption(nameOption())
    .option("--display-name <name>", "the name that Jupyter shows", DEFAULT_DISPLAY_NAME)
    .option("--force", "replace a kernel of that name that is not Millrace's")
    .option("--dry-run", "say what would be written, and write nothing")
    .action(async (options: InstallOptions & TargetOptions & { dryRun?: boolean }) => {
      const folder = await targetFolder(options);
      warnOfCache();
      (options.dryRun ? checkInstall : install)(folder, options);
      console.log(report(folder, options, options.dryRun ? "Would write" : "Wrote"));
    });
}

function report(folder: string, { name, displayName }: InstallOptions, did: string): string {
  return [
    `${did} the kernel ${displayName} to ${kernelFolder(folder, name)}`,
    `  started as: ${kernelJson(displayName).argv.join(" ")}`,
    `${did} the JupyterLab plugin to ${pluginFolder(folder)}`,
  ].join("\n");
}

/** Whether the package lies where npm removes it again without asking. */
function warnOfCache(): void {
  if (!packageRoot.includes(`${sep}_npx${sep}`)) return;
  console.error(
    `millrace: this copy lies in npx's cache (${packageRoot}), which npm may empty; the kernel then no longer starts. ` +
      "`npm install --global millrace && millrace install` lasts.",
  );
}
