import { fillCollection } from "./copy-value.js";
import type { ImportPlace, Meaning, PortableFunction, Property, Replacement } from "./portable-function.js";
import { type Modules, moduleKey, type ThreadServices } from "./thread-services.js";

/**
 * Makes copied values what they were copied from: gives objects their classes, and the properties that structured clone
 * does not carry. Called again when more parts are there; what is done already is done again.
 */
export function revive({ parts, revival }: PortableFunction, replacements: Replacements): void {
  for (const { of, at, is } of revival.properties) {
    const key = typeof at === "object" ? (replacements.of(at) as symbol) : at;
    Object.defineProperty(of, key, { ...replacements.descriptor(is), enumerable: true, configurable: true });
  }
  for (const { into, items } of revival.collections) fillCollection(into, items);
  for (const { object, part } of revival.instances) become(object, replacements.part(part));
  parts.forEach(({ own, prototype }, index) => {
    const value = replacements.part(index);
    if (typeof value !== "function") return;
    if (own !== undefined) Object.defineProperties(value, Object.getOwnPropertyDescriptors(own));
    if (prototype !== undefined)
      Object.defineProperties(value.prototype as object, Object.getOwnPropertyDescriptors(prototype));
  });
}

/** Makes a copied object an instance of its class, once the class is there. Its constructor is not run. */
function become(object: object, type: unknown): void {
  if (typeof type === "function") Object.setPrototypeOf(object, type.prototype as object);
}

/** What takes the place of what was not copied, in this thread. */
export class Replacements {
  readonly #made = new Map<unknown, unknown>();

  /**
   * @param parts the parts that are evaluated so far, by index
   * @param makeAgain makes the value of a broadcast again
   */
  constructor(
    private readonly parts: readonly unknown[],
    private readonly modules: Modules,
    private readonly thread: ThreadServices,
    private readonly makeAgain: (portable: PortableFunction) => unknown,
  ) {}

  part(index: number): unknown {
    return this.parts[index];
  }

  descriptor(is: Property["is"]): PropertyDescriptor {
    if (is.kind !== "accessor") return { value: this.of(is), writable: true };
    const accessor = (part: number | undefined) =>
      (part === undefined ? undefined : this.part(part)) as never;
    return { get: accessor(is.get), set: accessor(is.set) };
  }

  of(captured: Meaning): unknown {
    switch (captured.kind) {
      case "value":
        return captured.value;
      case "part":
        return this.part(captured.part);
      case "standIn":
        return this.thread.standIns.of(captured.standIn, this.makeAgain);
      case "import":
        return this.#import(captured);
      case "symbol":
        return this.#symbol(captured);
      case "made":
        return this.#once(captured, () =>
          captured.type === "URL" ? new URL(captured.from) : new URLSearchParams(captured.from),
        );
      case "numbers":
        return this.#once(captured.of, () => Array.from(captured.of));
      case "wasm":
        return captured.module;
      case "guard":
        return this.thread.loopGuard[captured.is];
    }
  }

  #import(place: ImportPlace): unknown {
    const namespace = this.modules.get(moduleKey(place));
    const value = place.exported === "*" ? namespace : namespace?.[place.exported];
    return place.property === undefined ? value : Reflect.get(value as object, place.property);
  }

  #symbol({ of, key }: Extract<Replacement, { kind: "symbol" }>): unknown {
    if (of === "registry") return Symbol.for(key);
    if (of === "language") return Reflect.get(Symbol, key);
    return this.#once(`symbol ${key}`, () => Symbol(key.slice(key.indexOf(":") + 1)));
  }

  #once(key: unknown, make: () => unknown): unknown {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key);
  }
}
