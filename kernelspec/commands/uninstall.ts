/** `millrace uninstall`: undoes `install` with the same options. */

import { Command } from "commander";
import { uninstall } from "../spec/installation.js";
import { nameOption } from "../spec/kernel-name.js";
import { type TargetOptions, targetFolder, withTargetOptions } from "../spec/target.js";

export function uninstallCommand(): Command {
  return withTargetOptions(new Command("uninstall"))
    .description("remove the kernel and the JupyterLab plugin")
    .addOption(nameOption())
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
