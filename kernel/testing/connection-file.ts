import { CHANNELS, type Connection } from "../wire/connection.js";
import type { JsonObject } from "../wire/fields.js";

/** The inverse of `readConnection`, as whoever starts a kernel writes it. */
export function writeConnection(connection: Connection): JsonObject {
  const ports = CHANNELS.map((channel) => [`${channel}_port`, connection.ports[channel]]);
  const { transport, ip, key, signatureScheme } = connection;
  return { transport, ip, key, signature_scheme: signatureScheme, ...Object.fromEntries(ports) };
}
