/** What a newcomer is told of who has not started a server. */

/** Commands of ours that start a real one. */
const COMMANDS = { kafka: "npx millrace dev kafka", hdfs: "npx millrace dev hdfs" } as const;

/** Addresses of this machine only, with or without a port. */
const HERE = /^(localhost|127(\.\d+){3}|\[?::1\]?)(:\d+)?$/;

/** Behind a sentence on servers where nothing listens: how one is started, where all are on this machine; else nothing. */
export function howToStart(server: keyof typeof COMMANDS, addresses: readonly string[]): string {
  return addresses.every((address) => HERE.test(address))
    ? `; \`${COMMANDS[server]}\` starts one on this machine`
    : "";
}
