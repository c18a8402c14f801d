/** Writes into elements what is another only: the same, written again, would have the page compute its styles. */

export function set<T, K extends keyof T>(element: T, attribute: K, value: T[K]): void {
  if (element[attribute] !== value) element[attribute] = value;
}

/** Text, never markup. An unchanged text may be selected, or about to be read aloud. */
export function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
