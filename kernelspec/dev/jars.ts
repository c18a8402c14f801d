/** Jars of servers, downloaded by Maven once and kept. */

import { writeFileSync } from "node:fs";
import { capture } from "../process/capture.js";
import { which } from "../process/which.js";
import { keptAt, madeOnce } from "./made-once.js";

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
  return madeOnce(jars.folder, async (folder) => {
    const mvn = which("mvn");
    if (mvn === undefined) {
      throw new Error(
        `the jars of ${jars.what} are downloaded by Maven, and no mvn was found on PATH: install Maven (Debian, Ubuntu: \`apt-get install maven\`; others: maven.apache.org), then start again`,
      );
    }
    say(`Downloading ${jars.what} into ${keptAt(jars.folder)} (once; half a minute or so)`);
    await download(mvn, jars, folder);
  });
}

async function download(mvn: string, { artifacts, what }: Jars, folder: string): Promise<void> {
  const pom = `${folder}.pom`;
  writeFileSync(pom, pomOf(artifacts));
  const args = ["-q", "-B", "-f", pom, COPY, "-DincludeScope=runtime", `-DoutputDirectory=${folder}`];
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
