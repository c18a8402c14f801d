/** Entry of the render worker: a thread of the front, started with the first chart. See port/render.ts. */

import { parentPort } from "node:worker_threads";
import type { FromRender, ToRender } from "../port/render.js";
import { ChartPictures, hasFonts } from "./chart-picture.js";

const port = parentPort;
if (port === null) throw new Error("the render worker must be started as a worker thread");

const isLettered = hasFonts();
if (!isLettered) {
  process.emitWarning(
    "no font is installed, so png pictures of charts have no text; install one, such as DejaVu Sans",
  );
}

const pictures = new ChartPictures();
port.on("message", async (request: ToRender) => port.postMessage(await answer(request)));

async function answer({ id, spec, rows, pixelRatio }: ToRender): Promise<FromRender> {
  try {
    const { svg, png, width, height } = await pictures.draw(spec, rows, pixelRatio);
    const base64 = Buffer.from(png).toString("base64");
    return { id, png: base64, ...(!isLettered && { svg }), width, height };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
