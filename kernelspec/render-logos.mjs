// Renders the logo's PNGs from its SVG: `node kernelspec/render-logos.mjs`. Jupyter's launcher wants both.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "logos");
const svg = readFileSync(join(folder, "logo-svg.svg"), "utf8");

for (const size of [32, 64]) {
  const png = new Resvg(svg, { fitTo: { mode: "width", value: size } }).render().asPng();
  writeFileSync(join(folder, `logo-${size}x${size}.png`), png);
}
