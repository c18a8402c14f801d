/** The corner of a tile: it makes the tile larger or smaller, dragged or by the arrow keys. */

import type { TileSize } from "./tile-sizes.js";

const STEP_PX = 20;

/** What a key changes, in px across and down. */
const STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
};

/**
 * @param title what the tile shows, to be read aloud
 * @param resized told when a person has given it another size
 */
export function resizeHandle(
  tile: HTMLElement,
  title: string,
  resized: (size: TileSize) => void,
): HTMLElement {
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "mlr-resize";
  handle.title = "drag, or press the arrow keys, to resize";
  handle.ariaLabel = `resize ${title} by the arrow keys`;
  // JupyterLab would take the keys for commands of the notebook.
  handle.dataset.lmSuppressShortcuts = "true";
  handle.addEventListener("pointerdown", ({ pointerId }) => handle.setPointerCapture(pointerId));
  handle.addEventListener("pointermove", ({ pointerId, movementX, movementY }) => {
    if (handle.hasPointerCapture(pointerId)) resize(tile, movementX, movementY);
  });
  handle.addEventListener("lostpointercapture", () => resized(sizeOf(tile)));
  handle.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault(); // the page would scroll
    resize(tile, ...step);
    resized(sizeOf(tile));
  });
  return handle;
}

/** From now on the tile has a size of its own. */
export function setSize({ style }: HTMLElement, { width, height }: TileSize): void {
  style.flexGrow = "0";
  style.width = `${width}px`;
  style.height = `${height}px`;
}

function resize(tile: HTMLElement, across: number, down: number): void {
  const { width, height } = sizeOf(tile);
  setSize(tile, { width: width + across, height: height + down });
}

function sizeOf({ offsetWidth, offsetHeight }: HTMLElement): TileSize {
  return { width: offsetWidth, height: offsetHeight };
}
