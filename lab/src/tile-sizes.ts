/** The sizes that a person gave tiles. The browser keeps them: they suit its screen, and are no change of the notebook. */

export interface TileSize {
  /** In CSS pixels. */
  width: number;
  height: number;
}

const ITEM = "millrace-lab:tile-sizes";
/** Of more tiles those that were sized longest ago are forgotten. */
const MOST_TILES = 200;

type Store = Pick<Storage, "getItem" | "setItem">;

export class TileSizes {
  /** @param store the browser's; it may refuse, and its text may be another program's */
  constructor(private readonly store: Store) {}

  /** @param tile what it is known by, in another page too. Undefined for one that nobody sized. */
  of(tile: string): TileSize | undefined {
    return this.#all().find(([name]) => name === tile)?.[1];
  }

  keep(tile: string, size: TileSize): void {
    const others = this.#all().filter(([name]) => name !== tile);
    try {
      this.store.setItem(ITEM, JSON.stringify([...others, [tile, size]].slice(-MOST_TILES)));
    } catch {
      // The browser keeps nothing: the size holds as long as the page.
    }
  }

  /** Oldest first. */
  #all(): [string, TileSize][] {
    try {
      const kept: unknown = JSON.parse(this.store.getItem(ITEM) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isEntry) : [];
    } catch {
      return []; // refused, or no JSON
    }
  }
}

function isEntry(value: unknown): value is [string, TileSize] {
  return Array.isArray(value) && typeof value[0] === "string" && isSize(value[1]);
}

function isSize(value: unknown): value is TileSize {
  if (typeof value !== "object" || value === null || !("width" in value && "height" in value)) return false;
  return isLength(value.width) && isLength(value.height);
}

function isLength(value: unknown): boolean {
  return typeof value === "number" && value > 0 && value < 100_000;
}
