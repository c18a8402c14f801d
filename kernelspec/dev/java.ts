/** Finds the programs of a Java installation. */

import { join } from "node:path";
import { capture } from "../process/capture.js";
import { isExecutable, which } from "../process/which.js";

/** What Kafka 4 and Hadoop 3.5 run on. */
const OLDEST = 17;

const INSTALL =
  "install a Java of version 17 or later (Debian, Ubuntu: `apt-get install openjdk-17-jre-headless`; others: adoptium.net)";

/** A Java that is installed. */
export interface Java {
  /** Absolute path of `java`. */
  path: string;
  /** "17.0.15". */
  version: string;
}

/**
 * JAVA_HOME's, else the first on PATH.
 * @param what it is needed for: "Kafka"
 * @throws Error with one sentence that says what is missing and how to get it
 */
export async function findJava(what: string): Promise<Java> {
  const java = ofJavaHome() ?? which("java");
  if (java === undefined)
    throw new Error(`${what} runs on Java, and no java was found on PATH: ${INSTALL}, then start again`);
  const { status, stderr } = await capture(java, ["-version"]);
  const version = /version "([\w.+-]+)"/.exec(stderr)?.[1] ?? "unknown";
  if (status === 0 && Number.parseInt(version, 10) >= OLDEST) return { path: java, version };
  throw new Error(
    status === 0
      ? `${what} needs Java ${OLDEST}, and ${java} is of version ${version}: ${INSTALL}, or set JAVA_HOME to one`
      : `${what} runs on Java, and ${java} does not start (${stderr.trim().split("\n")[0] ?? ""}): ${INSTALL}`,
  );
}

function ofJavaHome(): string | undefined {
  const home = process.env.JAVA_HOME;
  if (!home) return undefined;
  const java = join(home, "bin", process.platform === "win32" ? "java.exe" : "java");
  return isExecutable(java) ? java : undefined;
}
