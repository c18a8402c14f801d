// node_modules as package-lock.json says. A hash of the lock file is left inside: times say nothing after a checkout.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

const STAMP = join(root, "node_modules", ".millrace-lock");

/** Runs `npm ci` when it is needed. @throws Error when that fails. */
export async function ensurePackages() {
  const wanted = lockHash();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  console.error("Installing packages (npm ci)");
  if ((await npm(["ci"])) !== 0) {
    throw new Error(
      "npm could not install the packages, see above: check the network and npm's registry settings, then start again",
    );
  }
  writeFileSync(STAMP, wanted);
}

/**
 * Runs npm, the one that started us or the one on PATH, and resolves with its exit status. `beside` others, what it
 * writes passes through this process: no program takes the terminal for its own then.
 * @throws Error when it cannot be started.
 */
export async function npm(args, { beside = false } = {}) {
  const own = process.env.npm_execpath;
  const options = { cwd: root, stdio: beside ? ["ignore", "pipe", "pipe"] : "inherit" };
  const child = own
    ? spawn(process.execPath, [own, ...args], options)
    : spawn("npm", args, { ...options, shell: process.platform === "win32" });
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  try {
    const [status] = await once(child, "close");
    return status;
  } catch (error) {
    throw new Error(
      `npm could not be started (${error.message}): install npm, which comes with Node, then start again`,
    );
  }
}

/** Native packages differ by platform, so a copied node_modules is not up to date. */
function lockHash() {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256").update(`${process.platform} ${process.arch}\n`).update(lock).digest("hex");
}
