// A program with jobs on files of HDFS, which it begins when it is told to: servers are away by then. See hdfs.process.test.ts.

import { once } from "node:events";
import { SparkContext } from "../../../../dist/index.js";

const [folder, webPort, patience] = process.argv.slice(2);
const sc = new SparkContext({ workers: 2, hdfs: { webPort: Number(webPort), patience } });
const lines = sc.textFile(`${folder}/in`, 1);
process.stdout.write("listed\n");
await once(process.stdin, "data");
process.stdin.destroy();
await Promise.all([
  lines.map((line) => line.toUpperCase()).saveAsTextFile(`${folder}/out`),
  sc.parallelize(["made"], 1).saveAsTextFile(`${folder}/made`),
]);
process.stdout.write(`${await lines.count()} lines\n`);
await sc.stop();
