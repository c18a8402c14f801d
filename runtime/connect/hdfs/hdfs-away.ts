import { Away } from "../../pool/away.js";
import { hdfsPatienceMs } from "./hdfs-options.js";

/** A cluster, or a part of it, is out of reach, or not able to do what it is asked for: RT_HDFS. */
export class HdfsAway extends Away {
  constructor(message: string) {
    super("RT_HDFS", message, hdfsPatienceMs());
  }
}
