import type { HdfsOptions } from "./hdfs-options.js";
import { parseHdfsUrl } from "./hdfs-url.js";
import { WebHdfs } from "./web-hdfs.js";

const clients = new Map<string, WebHdfs>();

/**
 * Who speaks to the cluster of a URL, one for each cluster, user and thread, and the path in it.
 * @throws StreamError RT_FILE_SYSTEM
 */
export function clientOf(url: string, options: HdfsOptions): { client: WebHdfs; root: string; path: string } {
  const { root, path } = parseHdfsUrl(url, options);
  const key = JSON.stringify([root, options]);
  let client = clients.get(key);
  if (client === undefined) {
    client = new WebHdfs(root, options, true);
    clients.set(key, client);
  }
  return { client, root, path };
}
