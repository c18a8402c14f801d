/** A line of numbers in the size of a word, drawn in the colour of the text around it. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 80;
const HEIGHT = 16;

/** Draws into `host`, which may have a line already: it is changed in place. Values that are no numbers count as 0. */
export function sparkline(host: HTMLElement, values: readonly unknown[]): void {
  const line = host.querySelector("polyline") ?? emptyLine(host);
  line.setAttribute(
    "points",
    points(values.map((value) => (typeof value === "number" ? Math.max(value, 0) : 0))),
  );
}

function emptyLine(host: HTMLElement): Element {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "mlr-sparkline");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "polyline");
  svg.append(line);
  host.replaceChildren(svg);
  return line;
}

/** From 0 at the bottom to the largest at the top; the last value is at the right. */
function points(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  const step = WIDTH / Math.max(values.length - 1, 1);
  return values
    .map((value, i) => `${(i * step).toFixed(1)},${(HEIGHT - 1 - (value / most) * (HEIGHT - 2)).toFixed(1)}`)
    .join(" ");
}
