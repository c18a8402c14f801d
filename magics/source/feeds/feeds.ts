import type { FeedKind } from "../line-feed.js";
import { clicks } from "./clicks.js";
import { sensors } from "./sensors.js";
import { serviceLog } from "./service-log.js";
import { words } from "./words.js";

/** What `%source` can send, by name. */
export const FEEDS = { words, clicks, sensors, log: serviceLog } as const satisfies Record<string, FeedKind>;

export type FeedName = keyof typeof FEEDS;
