import { readFileSync } from "node:fs";

/** A record of {@link DATASETS.earthquakes}. */
export interface Earthquake {
  /** ms since the epoch. */
  time: number;
  magnitude: number;
  depthKm: number;
  latitude: number;
  longitude: number;
  /** "50km NNW of Sangiang, Indonesia". */
  place: string;
}

/** What `%replay` can play. */
export interface Dataset<T> {
  /** What it is, when it was, and who may use it. */
  what: string;
  timeField: keyof T & string;
  /** So many times as fast as it was, so that all of it comes within some minutes. */
  usualSpeed: number;
  /** Reads the file; in the order of time. */
  records(): T[];
}

/** Data sets that come with Millrace, by name. */
export const DATASETS = {
  earthquakes: {
    what: "1,679 earthquakes of a week, 31 January to 7 February 2018 (USGS, public domain)",
    timeField: "time",
    usualSpeed: 3600,
    records: () => recordsOf<Earthquake>("earthquakes"),
  } satisfies Dataset<Earthquake>,
} as const;

/** Each row of a file has the values of its columns. */
function recordsOf<T>(file: string): T[] {
  const { columns, rows } = JSON.parse(readFileSync(new URL(`./data/${file}.json`, import.meta.url), "utf8"));
  return (rows as unknown[][]).map(
    (row) => Object.fromEntries((columns as string[]).map((column, i) => [column, row[i]])) as T,
  );
}
