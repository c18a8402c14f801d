// `npm run bench [name …] [-- --peer "command line" …]`: runs the benchmarks bench/*.bench.ts one after the other, prints
// a table of each and keeps it in bench/results/. A name stands also for those it begins: rdd for rdd-text and rdd-loop.
// Nothing else should run on the machine meanwhile. Outside engines are measured beside the RDDs: see bench/rdd/peer.ts.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { peer: { type: "string", multiple: true, default: [] } },
});
const names = readdirSync(here)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length))
  .filter((name) => wanted.length === 0 || wanted.some((w) => name === w || name.startsWith(`${w}-`)));
if (names.length === 0) throw new Error(`there is no benchmark named ${wanted.join(" or ")}`);

const machine = {
  node: process.version,
  cores: availableParallelism(),
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  memoryGiB: Math.round(totalmem() / 2 ** 30),
};

for (const name of names) {
  const benchmark = await load(name);
  const { columns, rows, data } = await benchmark.run(values.peer);
  const table = markdown(benchmark, columns ?? ["", "median", "ratio"], rows);
  console.log(`\n${table}`);
  mkdirSync(join(here, "results"), { recursive: true });
  writeFileSync(join(here, "results", `${name}.md`), table);
  writeFileSync(
    join(here, "results", `${name}.json`),
    `${JSON.stringify({ machine, rows, data }, null, 1)}\n`,
  );
}
process.exit();

/** Benchmarks are TypeScript: each is bundled beside its source's neighbours, with the built project left outside. */
async function load(name) {
  const outfile = join(root, ".millrace", "bench", `${name}.mjs`);
  await build({
    entryPoints: [join(here, `${name}.bench.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(here, `${name}.bench.ts`)).href) },
    plugins: [
      {
        name: "built",
        setup: (b) =>
          b.onResolve({ filter: /\/dist\// }, ({ resolveDir, path }) => built(join(resolveDir, path))),
      },
    ],
  });
  return (await import(pathToFileURL(outfile).href)).default;
}

/** A file of dist/: loaded as it was built, so that its threads find their programs. */
function built(path) {
  return { path: pathToFileURL(path).href, external: true };
}

function markdown(benchmark, columns, rows) {
  const cells = [
    columns,
    columns.map((_, i) => (i === 1 ? "---:" : "---")),
    ...rows.map((row) => (Array.isArray(row) ? row : [row.what, row.value, row.ratio])),
  ];
  const lines = cells.map((row) => `| ${row.join(" | ")} |`);
  const where = `Node ${machine.node}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB; medians.`;
  return [`${benchmark.summary}. \`npm run bench ${benchmark.name}\`. ${where}`, "", ...lines, ""].join("\n");
}
