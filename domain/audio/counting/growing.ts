/** A list of numbers whose length is not known beforehand: 2 h of frames of 10 ms are 6 MB. */
export interface Growing {
  push(value: number): void;
  values(): Float32Array;
}

export function growing(): Growing {
  let list = new Float32Array(4096);
  let length = 0;
  return {
    push(value) {
      if (length === list.length) {
        const longer = new Float32Array(2 * length);
        longer.set(list);
        list = longer;
      }
      list[length] = value;
      length += 1;
    },
    values: () => list.subarray(0, length),
  };
}
