/** Tooltips of charts. Vega's usual handler builds HTML and draws `image` columns; here values are text and nothing else. */

const CLASS = "mlr-tooltip";
const OFFSET_PX = 12;

export type PointInWindow = Pick<MouseEvent, "clientX" | "clientY">;

/** A tooltip of one chart; it stands in the document's body only while it is shown. */
export class ChartTooltip {
  readonly #node = document.createElement("div");

  constructor() {
    this.#node.className = CLASS;
  }

  /** Says `value` at a place in the window, each of an object's fields in a line; an empty value hides. */
  show(value: unknown, at: PointInWindow): void {
    if (value === null || value === undefined || value === "") this.hide();
    else this.#place(at, lines(value));
  }

  hide(): void {
    this.#node.remove();
  }

  #place({ clientX: x, clientY: y }: PointInWindow, content: HTMLElement[]): void {
    this.#node.replaceChildren(...content);
    document.body.append(this.#node);
    const { offsetWidth, offsetHeight, style } = this.#node;
    style.left = `${Math.max(0, Math.min(x + OFFSET_PX, window.innerWidth - offsetWidth))}px`;
    style.top = `${Math.max(0, Math.min(y + OFFSET_PX, window.innerHeight - offsetHeight))}px`;
  }
}

function lines(value: unknown): HTMLElement[] {
  if (typeof value !== "object" || value === null) return [textElement("div", value)];
  return Object.entries(value).map(([name, field]) => {
    const line = document.createElement("div");
    line.append(textElement("span", name), textElement("span", field));
    return line;
  });
}

function textElement(tag: "div" | "span", value: unknown): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = typeof value === "object" ? JSON.stringify(value) : String(value);
  return element;
}
