/** Prints a measured figure on its own line, to be copied into the docs. */
export function figure(name: string, value: number): void {
  console.log(`figure: ${name} ${Math.round(value)} ms`);
}

/** Prints the median, the 99th percentile and the maximum of many values, in ms. */
export function figures(name: string, values: number[]): void {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  figure(`${name} p50`, at(0.5));
  figure(`${name} p99`, at(0.99));
  figure(`${name} max`, sorted.at(-1) ?? 0);
}
