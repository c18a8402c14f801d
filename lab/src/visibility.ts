/** Whether a person can see an element: it is in the window, and the page is not hidden behind another tab. */

export class Visibility {
  readonly #observer: IntersectionObserver;
  #inWindow = true;
  readonly #pageChanged = (): void => this.tell(this.#inWindow && !document.hidden);

  /** @param tell called when it may have changed */
  constructor(
    element: Element,
    private readonly tell: (visible: boolean) => void,
  ) {
    this.#observer = new IntersectionObserver((entries) => {
      this.#inWindow = entries.at(-1)?.isIntersecting === true;
      this.#pageChanged();
    });
    this.#observer.observe(element);
    document.addEventListener("visibilitychange", this.#pageChanged);
  }

  dispose(): void {
    this.#observer.disconnect();
    document.removeEventListener("visibilitychange", this.#pageChanged);
  }
}
