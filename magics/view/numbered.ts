/** "1 batch", "2,000 batches". */
export function numbered(n: number, one: string, many: string): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}
