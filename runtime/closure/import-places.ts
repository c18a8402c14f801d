import type { ImportPlace, PortableFunction } from "./portable-function.js";

/** The modules that a function needs in a thread, those of its broadcasts included. */
export function placesIn({ parts, revival }: PortableFunction): ImportPlace[] {
  const all = [...parts.flatMap(({ captured }) => captured), ...revival.properties.map(({ is }) => is)];
  return all.flatMap((captured) => {
    if (captured.kind === "import") return [captured];
    if (captured.kind !== "standIn" || !("imports" in captured.standIn)) return [];
    return captured.standIn.imports;
  });
}
