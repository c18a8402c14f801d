/** How ts-node 10 is started for a program, by the folder it lies in. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Without a tsconfig.json ts-node 10.9 takes settings that TypeScript 5.9 refuses (TS5109). */
const SETTINGS = {
  compilerOptions: { target: "ES2022", module: "NodeNext", strict: true, skipLibCheck: true },
};

export interface TsNodeFolder {
  /** What starts a program of the folder, without its name. */
  command: string;
  /** Writes a tsconfig.json beside the program when no folder above has one. Returns its path when it was written. */
  writeSettings(): string | undefined;
}

/** @param file the program, absolute; it need not be there */
export function tsNodeFolder(file: string): TsNodeFolder {
  const folder = dirname(file);
  return {
    command: isModulePackage(folder) ? "node --loader ts-node/esm" : "npx ts-node",
    writeSettings: () => {
      if (findUp(folder, "tsconfig.json") !== undefined) return undefined;
      const settings = join(folder, "tsconfig.json");
      writeFileSync(settings, `${JSON.stringify(SETTINGS, null, 2)}\n`);
      return settings;
    },
  };
}

/** Node hands every program of such a package to its loader of ES modules, which the command ts-node is no part of. */
function isModulePackage(folder: string): boolean {
  const file = findUp(folder, "package.json");
  return file !== undefined && JSON.parse(readFileSync(file, "utf8")).type === "module";
}

function findUp(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findUp(parent, name);
}
