/** What the kernel says of itself in kernel_info_reply. */

import type { KernelInfo } from "../kernel/wire/kernel-info.js";

/** The fields of package.json that are read. */
export interface PackageFacts {
  version: string;
  /** Exact version of the compiler that checks cells. */
  typescript: string;
}

/** Names and suffixes by which front ends highlight, save and export notebooks. */
export function millraceInfo({ version, typescript }: PackageFacts): KernelInfo {
  return {
    implementation: "millrace",
    implementationVersion: version,
    language: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      fileExtension: ".ts",
      pygmentsLexer: "typescript",
      codemirrorMode: "typescript",
      nbconvertExporter: "script",
    },
    banner: `Millrace ${version}: streams in TypeScript ${typescript} on Node ${process.versions.node}. Type %help for the magics.`,
    helpLinks: [
      { text: "TypeScript", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/api/" },
      {
        text: "Spark Streaming (the semantics)",
        url: "https://spark.apache.org/docs/latest/streaming-programming-guide.html",
      },
      { text: "Vega-Lite (plots)", url: "https://vega.github.io/vega-lite/docs/" },
    ],
    supportedFeatures: [],
  };
}
