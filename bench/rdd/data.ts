import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../magics/source/seeded-random.js";

/** Files that benchmarks read: seeded, so the same on every machine, and made once. */
const FOLDER = join(tmpdir(), "millrace-bench");

export const WORDS_PER_LINE = 10;
export const DISTINCT_WORDS = 100_000;

/** `words` words of `DISTINCT_WORDS`, each as likely as any other, ten to a line; 7 bytes a word with what parts it from the next. */
export function wordsFile(words: number): string {
  return cached(`words-${words / 1e6}m.txt`, function* () {
    const random = seededRandom(42);
    for (let line = 0; line < words / WORDS_PER_LINE; line++) {
      let text = "";
      for (let i = 0; i < WORDS_PER_LINE; i++)
        text += `${i === 0 ? "" : " "}w${Math.floor(random() * DISTINCT_WORDS)}`;
      yield text;
    }
  });
}

const CAMPAIGNS = 100;
const ADS_PER_CAMPAIGN = 10;
const EVENTS_PER_SECOND = 10_000;

/** Advertisements of the Yahoo streaming benchmark, each with its campaign. */
export function adCampaigns(): Map<string, string> {
  const random = seededRandom(7);
  const campaigns = Array.from({ length: CAMPAIGNS }, () => uuid(random));
  return new Map(campaigns.flatMap((campaign) => repeated(ADS_PER_CAMPAIGN, () => [uuid(random), campaign])));
}

/** The Yahoo streaming benchmark's events as lines of JSON, about 254 bytes each, in the order of their times. */
export function eventsFile(events: number): string {
  return cached(`events-${events / 1e6}m.json`, function* () {
    const random = seededRandom(11);
    const any = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
    const ads = [...adCampaigns().keys()];
    const users = repeated(100, () => uuid(random));
    const pages = repeated(100, () => uuid(random));
    const adTypes = ["banner", "modal", "sponsored-search", "mail", "mobile"];
    const eventTypes = ["view", "click", "purchase"];
    for (let i = 0; i < events; i++) {
      const timeMs = 1_480_360_920_000 + Math.floor((i * 1000) / EVENTS_PER_SECOND);
      yield `{"user_id": "${any(users)}", "page_id": "${any(pages)}", "ad_id": "${any(ads)}", "ad_type": "${any(adTypes)}", "event_type": "${any(eventTypes)}", "event_time": "${timeMs}", "ip_address": "1.2.3.4"}`;
    }
  });
}

function repeated<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function uuid(random: () => number): string {
  const hex = repeated(32, () => Math.floor(random() * 16).toString(16)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const CHUNK_LINES = 10_000;

/** The file of this name, made of these lines when it is not there; half a file is never taken for it. */
function cached(name: string, lines: () => Iterable<string>): string {
  const path = join(FOLDER, name);
  if (existsSync(path)) return path;
  console.error(`making ${path}`);
  mkdirSync(FOLDER, { recursive: true });
  const file = openSync(`${path}.part`, "w");
  let chunk: string[] = [];
  const write = () => writeSync(file, Buffer.from(`${chunk.join("\n")}\n`));
  for (const line of lines()) {
    if (chunk.push(line) < CHUNK_LINES) continue;
    write();
    chunk = [];
  }
  if (chunk.length > 0) write();
  closeSync(file);
  renameSync(`${path}.part`, path);
  return path;
}
