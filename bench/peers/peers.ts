import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../kernelspec/cache-folder.js";
import { ensureJupyter } from "../../kernelspec/jupyter/own-environment.js";
import { MILLRACE_KERNEL } from "../millrace-kernel.js";
import type { Peer } from "./peer.js";

const VERSIONS = { deno: "2.9.6", tslab: "1.0.22", "@types/node": "20.19.43" };

/** The kernels of the comparison, each installed in a folder of its own when it is missing; Millrace from dist/. */
export async function findPeers(): Promise<Peer[]> {
  const folder = join(cacheFolder(), "peers");
  install(folder);
  const { jupyter } = await ensureJupyter(console.error);
  const python = join(dirname(jupyter), "python");
  const modules = join(folder, "node_modules");
  const typescript = { language: "typescript", env: {}, interruptMode: "signal" } as const;
  return [
    {
      ...typescript,
      name: "Millrace",
      command: MILLRACE_KERNEL,
      interruptMode: "message",
    },
    {
      name: "ipykernel",
      language: "python",
      env: {},
      command: [python, "-m", "ipykernel_launcher", "-f"],
      interruptMode: "signal",
    },
    {
      ...typescript,
      name: "Deno",
      command: [join(modules, ".bin", "deno"), "jupyter", "--kernel", "--conn"],
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    },
    {
      ...typescript,
      name: "tslab",
      command: [process.execPath, join(modules, "tslab", "bin", "tslab"), "kernel", "--config-path"],
      // It finds the types of Node in the notebook's folder.
      cwd: folder,
    },
  ];
}

function install(folder: string): void {
  const wanted = JSON.stringify({ private: true, dependencies: VERSIONS });
  const manifest = join(folder, "package.json");
  if (existsSync(join(folder, "node_modules")) && readFileSync(manifest, "utf8") === wanted) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifest, wanted);
  execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder, stdio: ["ignore", 2, 2] });
}
