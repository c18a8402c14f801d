// A program with a job on files of HDFS, which it begins when it is told to: the NameNode is away by then. See hdfs.process.test.ts.

import { once } from "node:events";
import { SparkContext } from "../../../../dist/index.js";

const [folder, webPort, patience] = process.argv.slice(2);
const sc = new SparkContext({ workers: 2, hdfs: { webPort: Number(webPort), patience } });
const lines = sc.textFile(`${folder}/in`);
process.stdout.write("listed\n");
await once(process.stdin, "data");
process.stdin.destroy();
await lines.map((line) => line.toUpperCase()).saveAsTextFile(`${folder}/out`);
process.stdout.write(`${await lines.count()} lines\n`);
await sc.stop();
