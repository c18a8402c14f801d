import type { SparkContext as Context } from "../../runtime/index.js";

/** The built library, as a program imports it. */
export const { SparkContext }: typeof import("../../runtime/index.js") = await import(
  "../../dist/index.js" as string
);

/** Gives `use` a context, and stops it at the end. */
export async function withContext<T>(use: (sc: Context) => Promise<T>): Promise<T> {
  const sc = new SparkContext();
  try {
    return await use(sc);
  } finally {
    await sc.stop();
  }
}
