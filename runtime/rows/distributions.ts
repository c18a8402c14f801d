/** Quantiles of the distributions that bounds of approximate results are taken from: found by halving, to 12 digits. */

/** The number below which a standard normal variable is with this probability. */
export function normalQuantile(probability: number): number {
  return quantile(probability, (x) => {
    const within = gammaP(0.5, (x * x) / 2);
    return x < 0 ? (1 - within) / 2 : (1 + within) / 2;
  });
}

/** The same of Student's t. */
export function studentQuantile(degreesOfFreedom: number, probability: number): number {
  return quantile(probability, (t) => {
    const tail = betaI(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
    return t < 0 ? tail : 1 - tail;
  });
}

/** The least number that a Poisson variable of this mean does not exceed with at least this probability. */
export function poissonQuantile(mean: number, probability: number): number {
  let low = -1;
  let high = Math.ceil(mean + 20 * Math.sqrt(mean) + 20);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (1 - gammaP(middle + 1, mean) >= probability) high = middle;
    else low = middle;
  }
  return high;
}

function quantile(probability: number, cumulated: (x: number) => number): number {
  let high = 1;
  while (high < 1e12 && cumulated(high) < probability) high *= 2;
  let low = -1;
  while (low > -1e12 && cumulated(low) > probability) low *= 2;
  for (let i = 0; i < 200 && high - low > 1e-13 * Math.max(1, Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (cumulated(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised lower incomplete gamma function: by its series, or by the continued fraction of what is left to 1. */
function gammaP(a: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * EPSILON; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * scale;
  }
  const fraction = continuedFraction(
    (n) => (n === 1 ? 1 : -(n - 1) * (n - 1 - a)),
    (n) => x + 2 * n - 1 - a,
  );
  return 1 - scale * fraction;
}

/** Regularised incomplete beta function. */
function betaI(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges on this side of the mean.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaI(1 - x, b, a);
  const scale =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const term = (n: number) => {
    if (n === 1) return 1;
    const m = Math.floor((n - 1) / 2);
    return n % 2 === 1
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  return scale * continuedFraction(term, () => 1);
}

/** a₁ / (b₁ + a₂ / (b₂ + …)), by Lentz's method. */
function continuedFraction(a: (n: number) => number, b: (n: number) => number): number {
  let f = TINY;
  let c = TINY;
  let d = 0;
  for (let n = 1; n < 10_000; n++) {
    d = 1 / (b(n) + a(n) * d || TINY);
    c = b(n) + a(n) / c || TINY;
    f *= c * d;
    if (Math.abs(c * d - 1) < EPSILON) break;
  }
  return f;
}

/** Lanczos' approximation, with Godfrey's coefficients. */
function logGamma(x: number): number {
  const t = x + 6.5;
  const sum = LANCZOS.reduce((sum, c, i) => sum + (i === 0 ? c : c / (x + i - 1)), 0);
  return (x - 0.5) * Math.log(t) - t + Math.log(Math.sqrt(2 * Math.PI) * sum);
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

const EPSILON = 1e-15;
const TINY = 1e-300;
