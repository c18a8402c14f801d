import { expect, test } from "vitest";
import { howToStart } from "./dev-server.js";

test.each([
  ["kafka", ["127.0.0.1:9092"], "; `npx millrace dev kafka` starts one on this machine"],
  ["kafka", ["localhost:9092", "127.0.0.2:9093"], "; `npx millrace dev kafka` starts one on this machine"],
  ["hdfs", ["localhost"], "; `npx millrace dev hdfs` starts one on this machine"],
  ["hdfs", ["[::1]:9870"], "; `npx millrace dev hdfs` starts one on this machine"],
  ["kafka", ["localhost:9092", "kafka.example.org:9092"], ""],
  ["hdfs", ["localhost.example.org"], ""],
] as const)("how a server (%s) is started at %j is said as %j", (server, addresses, said) => {
  expect(howToStart(server, addresses)).toBe(said);
});
