/** The connection file: where the channels are and how messages are signed. */

import { Fields, isObject, MalformedContent } from "./fields.js";

export const CHANNELS = ["shell", "iopub", "stdin", "control", "hb"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Connection {
  transport: "tcp" | "ipc";
  /** An address, or the stem of a path for ipc. */
  ip: string;
  ports: Record<Channel, number>;
  /** HMAC key; empty for unsigned messages. Never logged. */
  key: string;
  signatureScheme: string;
}

/** @throws MalformedContent when a field is missing or of a wrong type. */
export function readConnection(file: unknown): Connection {
  const fields = new Fields("connection file", isObject(file) ? file : {});
  const transport = fields.text("transport", "tcp");
  if (transport !== "tcp" && transport !== "ipc") {
    throw new MalformedContent(`connection file: \`transport\` must be tcp or ipc and is "${transport}"`);
  }
  const port = (channel: Channel) => fields.integer(`${channel}_port`);
  return {
    transport,
    ip: fields.text("ip", "127.0.0.1"),
    ports: {
      shell: port("shell"),
      iopub: port("iopub"),
      stdin: port("stdin"),
      control: port("control"),
      hb: port("hb"),
    },
    key: fields.secret("key", ""),
    signatureScheme: fields.text("signature_scheme", "hmac-sha256"),
  };
}

/** ZMQ endpoint of a channel: `tcp://127.0.0.1:5000`, or `ipc://stem-1`. */
export function endpoint(
  { transport, ip, ports }: Pick<Connection, "transport" | "ip" | "ports">,
  channel: Channel,
): string {
  return transport === "ipc" ? `ipc://${ip}-${ports[channel]}` : `tcp://${ip}:${ports[channel]}`;
}
