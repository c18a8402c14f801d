import { FEED_START_MS, type FeedKind } from "../line-feed.js";
import { popularPlace, seededRandom } from "../seeded-random.js";

/** What a shop's visitors do, a JSON object a line. */
export interface Click {
  /** ms since the epoch. */
  time: number;
  user: string;
  session: string;
  action: "view" | "cart" | "buy";
  product: string;
  category: string;
}

const USERS = 200;
const PRODUCTS = 12;
const CATEGORIES = ["books", "coffee", "garden", "music", "sport"];

/** Of all visitors; a session ends by chance, after 8 clicks on average. */
const SESSION_ENDS = 1 / 8;
/** People stay with the category they like best. */
const FAITHFUL = 0.8;

/** Visitors like a category each, and popular products: what is bought together can be found out. */
export const clicks: FeedKind = {
  what: "clicks of a shop's visitors as JSON (synthetic)",
  usualRate: 500,
  open(seed, linesPerSecond) {
    const random = seededRandom(seed);
    const sessions = new Map<number, number>();
    let index = 0;
    return {
      next() {
        const user = popularPlace(random, USERS);
        const session = sessions.get(user) ?? 1;
        if (random() < SESSION_ENDS) sessions.set(user, session + 1);
        const category =
          random() < FAITHFUL ? user % CATEGORIES.length : Math.floor(random() * CATEGORIES.length);
        const name = CATEGORIES[category] as string;
        const chance = random();
        const click: Click = {
          time: FEED_START_MS + Math.round((index * 1000) / linesPerSecond),
          user: `u${user}`,
          session: `u${user}-${session}`,
          action: chance < 0.05 ? "buy" : chance < 0.15 ? "cart" : "view",
          product: `${name}-${popularPlace(random, PRODUCTS) + 1}`,
          category: name,
        };
        index += 1;
        return JSON.stringify(click);
      },
    };
  },
};
