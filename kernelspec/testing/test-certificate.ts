/** A certificate that signs itself, for a server of the tests of a file: made by the keytool of the Java that is there. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { KeyStore } from "../dev/kafka-properties.js";
import { which } from "../process/which.js";

/** Of 127.0.0.1. `authority`: what a client has to know of it, in PEM. */
export function testCertificate(): { keyStore: KeyStore; authority: string } {
  const folder = mkdtempSync(join(tmpdir(), "millrace-certificate-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const keyStore = { path: join(folder, "broker.p12"), password: "of the tests" };
  const keytool = (...args: string[]) =>
    execFileSync(
      keytoolPath(),
      [...args, "-alias", "broker", "-keystore", keyStore.path, "-storepass", keyStore.password],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
  keytool(
    ..."-genkeypair -keyalg EC -storetype PKCS12 -validity 2".split(" "),
    ...["-dname", "CN=127.0.0.1", "-ext", "SAN=IP:127.0.0.1"],
  );
  return { keyStore, authority: keytool("-exportcert", "-rfc") };
}

/** Beside java, which is found by JAVA_HOME or on PATH. */
function keytoolPath(): string {
  const { JAVA_HOME } = process.env;
  if (JAVA_HOME) return join(JAVA_HOME, "bin", "keytool");
  const java = which("java");
  if (java === undefined) throw new Error("there is no java on PATH: the servers of these tests run on it");
  return join(dirname(realpathSync(java)), "keytool");
}
