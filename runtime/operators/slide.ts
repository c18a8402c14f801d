import type { StreamNode } from "../plan/stream-node.js";
import { StreamError } from "../stream-error.js";

/**
 * The slide that streams which are taken together must share, in ms.
 * @throws StreamError RT_SLIDES, or of another code
 */
export function commonSlide(operator: string, streams: readonly StreamNode[], code = "RT_SLIDES"): number {
  const slides = [...new Set(streams.map((stream) => stream.slideMs))];
  const [slideMs] = slides;
  if (slideMs !== undefined && slides.length === 1) return slideMs;
  throw new StreamError(
    code,
    `Some of the DStreams have different slide durations: \`${operator}\` takes streams that slide together, not by ${slides.map((ms) => `${ms} ms`).join(" and ")}; give them windows of the same slide first`,
  );
}
