import { describe, expect, it } from "vitest";
import { writeConnection } from "../testing/connection-file.js";
import { type Connection, endpoint, readConnection } from "./connection.js";
import { MalformedContent } from "./fields.js";

const connection: Connection = {
  transport: "tcp",
  ip: "127.0.0.1",
  ports: { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 },
  key: "k",
  signatureScheme: "hmac-sha256",
};

describe("connection file", () => {
  it("is read as it was written, whatever else stands in it", () => {
    expect(readConnection({ ...writeConnection(connection), kernel_name: "millrace" })).toEqual(connection);
  });

  it("may leave out transport, ip, key and scheme", () => {
    const { shell_port, iopub_port, stdin_port, control_port, hb_port } = writeConnection(connection);
    const ports = { shell_port, iopub_port, stdin_port, control_port, hb_port };
    expect(readConnection(ports)).toEqual({ ...connection, key: "" });
  });

  it.each([
    [{ transport: "udp" }, '`transport` must be tcp or ipc and is "udp"'],
    [{ hb_port: "5" }, '`hb_port` must be an integer and is "5"'],
    [{ hb_port: undefined }, "`hb_port` must be an integer and is missing"],
  ])("is refused with %j", (fields, text) => {
    expect(() => readConnection({ ...writeConnection(connection), ...fields })).toThrow(
      `connection file: ${text}`,
    );
  });

  it("is refused with a key that is no text, without quoting it", () => {
    expect(() => readConnection({ ...writeConnection(connection), key: 12345 })).toThrow(
      new MalformedContent("connection file: `key` must be a string and is a number"),
    );
  });

  it("gives each channel its endpoint over tcp and ipc", () => {
    expect(endpoint(connection, "hb")).toBe("tcp://127.0.0.1:5");
    expect(endpoint({ ...connection, transport: "ipc", ip: "/run/k" }, "shell")).toBe("ipc:///run/k-1");
  });
});
