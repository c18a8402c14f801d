import { pbkdf2Sync, randomBytes } from "node:crypto";
import { check } from "../broker-error.js";
import { ByteWriter } from "../bytes.js";
import { clientSpec } from "../client.js";
import { KafkaConnection } from "../connection.js";
import { request } from "../request.js";

const ALTER_USER_SCRAM_CREDENTIALS = { apiKey: 51, apiVersion: 0, apiName: "AlterUserScramCredentials" };

/** How each mechanism is numbered, and what it hashes with. */
const MECHANISMS = {
  "scram-sha-256": { number: 1, hash: "sha256", bytes: 32 },
  "scram-sha-512": { number: 2, hash: "sha512", bytes: 64 },
} as const;

const ITERATIONS = 4096;

export type ScramMechanism = keyof typeof MECHANISMS;

/** Server properties by which the guarded listener of a broker takes SCRAM beside PLAIN. */
export const SCRAM_LISTENER: Readonly<Record<string, string>> = {
  "listener.name.guarded0.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
  ...Object.fromEntries(
    Object.keys(MECHANISMS).map((mechanism) => [
      `listener.name.guarded0.${mechanism}.sasl.jaas.config`,
      "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    ]),
  ),
};

/** Gives a user a password, in place of the one before. @param brokers of a listener that allows it */
export async function setScramPassword(
  brokers: string,
  mechanism: ScramMechanism,
  user: string,
  password: string,
): Promise<void> {
  const { number, hash, bytes } = MECHANISMS[mechanism];
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, bytes, hash);
  const [NO_DELETIONS, ONE_MORE] = [1, 2];
  const body = new ByteWriter()
    .unsignedVarint(0)
    .unsignedVarint(NO_DELETIONS)
    .unsignedVarint(ONE_MORE)
    .compactText(user)
    .int8(number)
    .int32(ITERATIONS)
    .unsignedVarint(salt.length + 1)
    .bytes(salt)
    .unsignedVarint(salted.length + 1)
    .bytes(salted)
    .unsignedVarint(0)
    .unsignedVarint(0);
  const connection = new KafkaConnection(clientSpec({ brokers }));
  try {
    await connection.send(
      await connection.anyBroker(),
      request(ALTER_USER_SCRAM_CREDENTIALS, body, (reader) => {
        reader.skipTags();
        reader.int32();
        reader.compactList(() => {
          reader.compactText();
          check(reader.int16());
          reader.compactText();
          reader.skipTags();
        });
      }),
    );
  } finally {
    connection.reset();
  }
}
