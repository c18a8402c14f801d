import { ByteReader, type ByteWriter } from "./bytes.js";
import type { Request } from "./kafkajs.js";

/**
 * A message that kafkajs has not in the form that is needed: it sends the bytes behind a head of its own. https://kafka.apache.org/protocol
 *
 * Heads of "flexible" versions have a field that kafkajs's lack: it is written and read as the first byte of the body.
 */
export function request<T>(
  api: { apiKey: number; apiVersion: number; apiName: string },
  body: ByteWriter,
  read: (reader: ByteReader) => T,
): Request<T> {
  const { written } = body;
  return {
    request: { ...api, encode: async () => ({ buf: written, buffer: written }) },
    response: {
      decode: async (payload) => ({ payload }),
      parse: async ({ payload }) => read(new ByteReader(payload)),
    },
  };
}
