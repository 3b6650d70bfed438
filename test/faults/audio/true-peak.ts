/** The highest level between samples, at eight times the rate: a meter that shares nothing with the one under test. */
const times = 8;
const reach = 24;

/** For each place between two samples, the weights of those around it: a sinc in a Kaiser window. */
const places = Array.from({ length: times }, (_, place) =>
  Float64Array.from({ length: 2 * reach }, (__, nth) => {
    const x = nth - reach + 1 - place / times;
    const window = bessel(9 * Math.sqrt(Math.max(0, 1 - (x / reach) ** 2))) / bessel(9);
    return window * (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  }),
);

/** The modified Bessel function of order 0. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let nth = 1; nth < 40; nth += 1) sum += term *= (x / (2 * nth)) ** 2;
  return sum;
}

/** @param samples interleaved @returns dBTP over all channels */
export function truePeakAt8(samples: Float32Array, channels: number): number {
  let most = 0;
  for (let channel = 0; channel < channels; channel += 1) {
    // silence before and after it: a signal that ends abruptly overshoots there, too
    const own = new Float64Array(samples.length / channels + 4 * reach);
    for (let at = 0; at < samples.length / channels; at += 1)
      own[at + 2 * reach] = samples[at * channels + channel]!;
    const top = own.reduce((all, one) => Math.max(all, Math.abs(one)), 0);
    for (let at = reach; at < own.length - reach; at += 1) {
      // a peak between two samples that are both this far below the highest one would be no peak
      if (Math.abs(own[at]!) < 0.4 * top && Math.abs(own[at + 1]!) < 0.4 * top) continue;
      for (const weights of places) {
        let sum = 0;
        for (let nth = 0; nth < weights.length; nth += 1)
          sum += weights[nth]! * own[at - reach + 1 + nth]!;
        most = Math.max(most, Math.abs(sum));
      }
    }
    most = Math.max(most, top);
  }
  return 20 * Math.log10(most);
}
