/** `millrace uninstall`: undoes `install` with the same options. */

import { Command } from "commander";
import { uninstall } from "../spec/installation.js";
import { DEFAULT_NAME } from "../spec/kernel-folder.js";
import { type TargetOptions, targetFolder, withTargetOptions } from "../spec/target.js";

export function uninstallCommand(): Command {
  return withTargetOptions(new Command("uninstall"))
    .description("remove the kernel and the JupyterLab plugin")
    .option("--name <name>", "the kernel's name", DEFAULT_NAME)
    .action(async (options: TargetOptions & { name: string }) => {
      const folder = await targetFolder(options);
      const removed = uninstall(folder, options.name);
      console.log(
        removed.length > 0
          ? removed.map((path) => `Removed ${path}`).join("\n")
          : `Nothing of Millrace is in ${folder}`,
      );
    });
}
