import type { AsyncFileSystem, FileStatus } from "../files/file-system.js";
import type { HdfsOptions } from "./hdfs-options.js";
import type { HdfsStatus } from "./web-hdfs.js";
import { clientOf } from "./web-hdfs-clients.js";

/** Files by their URLs. @param options asked anew for each call */
export function hdfsLater(options: () => HdfsOptions): AsyncFileSystem {
  const at = (url: string) => clientOf(url, options());
  return {
    async status(url) {
      const { client, root, path } = at(url);
      const status = await client.status(path);
      return status && toFileStatus(root, status);
    },
    async list(url) {
      const { client, root, path } = at(url);
      return (await client.list(path)).map((status) => toFileStatus(root, status));
    },
    async createFolder(url) {
      const { client, path } = at(url);
      await client.mkdirs(path);
    },
    async createEmpty(url) {
      const { client, path } = at(url);
      await client.create(path, "", { overwrite: true });
    },
    async rename(from, to) {
      const { client, path } = at(from);
      await client.rename(path, at(to).path, { overwrite: true });
    },
    async remove(url) {
      const { client, path } = at(url);
      await client.remove(path);
    },
    async read(url, start, end) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of this.chunks(url, start, end)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    chunks(url, start = 0, end) {
      const { client, path } = at(url);
      return client.read(path, { start, ...(end !== undefined && { end }) });
    },
    async writeWhole(url, parts) {
      const { client, path } = at(url);
      const writer = client.writer(path, { overwrite: true });
      try {
        for await (const part of parts) await writer.write(part);
        await writer.close();
      } catch (error) {
        await writer.abort();
        throw error;
      }
    },
  };
}

function toFileStatus(root: string, { path, isFolder, size, modifiedMs, blockSize }: HdfsStatus): FileStatus {
  return {
    path: `${root}${path}`,
    isFolder,
    size,
    modifiedMs,
    ...(blockSize > 0 && { blockBytes: blockSize }),
  };
}
