/** Jars of servers, downloaded by Maven once and kept. */

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../cache-folder.js";
import { capture } from "../process/capture.js";
import { which } from "../process/which.js";

/** A library as Maven Central knows it. */
export interface Artifact {
  group: string;
  name: string;
  version: string;
  /** Those it asks for and that are left out: `group:name`. */
  without?: readonly string[];
}

export interface Jars {
  /** Folder under the cache: named with the version, so that another version is another folder. */
  folder: string;
  /** What they are for, in messages: "Kafka 4.3.1". */
  what: string;
  artifacts: readonly Artifact[];
}

const COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/** Downloads take a while the first time. */
const DEADLINE_MS = 10 * 60_000;

/**
 * The folder with these jars and all that they need, downloaded when it is missing. It appears whole: several processes may
 * ask at a time.
 * @param say gets a line before what takes long
 * @throws Error with one sentence where Maven is missing or fails
 */
export async function ensureJars(jars: Jars, say: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), "jars", jars.folder);
  if (existsSync(folder)) return folder;
  const mvn = which("mvn");
  if (mvn === undefined) {
    throw new Error(
      `the jars of ${jars.what} are downloaded by Maven, and no mvn was found on PATH: install Maven (Debian, Ubuntu: \`apt-get install maven\`; others: maven.apache.org), then start again`,
    );
  }
  say(`Downloading ${jars.what} into ${folder} (once; half a minute or so)`);
  mkdirSync(join(folder, ".."), { recursive: true });
  const making = mkdtempSync(`${folder}.making-`);
  try {
    await download(mvn, jars, making);
    renameSync(join(making, "jars"), folder);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

async function download(mvn: string, { artifacts, what }: Jars, making: string): Promise<void> {
  const pom = join(making, "pom.xml");
  writeFileSync(pom, pomOf(artifacts));
  const args = [
    "-q",
    "-B",
    "-f",
    pom,
    COPY,
    "-DincludeScope=runtime",
    `-DoutputDirectory=${join(making, "jars")}`,
  ];
  const { status, stdout, stderr } = await capture(mvn, args, DEADLINE_MS);
  if (status === 0) return;
  const reason =
    /\[ERROR\] (.*)/.exec(stdout + stderr)?.[1] ?? (stdout + stderr).trim().split("\n").at(-1) ?? "";
  throw new Error(`Maven could not download ${what}: ${reason}`);
}

function pomOf(artifacts: readonly Artifact[]): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>dev.millrace</groupId><artifactId>dev</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${artifacts.map(dependency).join("")}</dependencies></project>
`;
}

function dependency({ group, name, version, without = [] }: Artifact): string {
  const exclusions = without.map((excluded) => {
    const [excludedGroup, excludedName] = excluded.split(":");
    return `<exclusion><groupId>${excludedGroup}</groupId><artifactId>${excludedName}</artifactId></exclusion>`;
  });
  return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version><exclusions>${exclusions.join("")}</exclusions></dependency>`;
}
