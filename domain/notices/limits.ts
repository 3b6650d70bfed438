const encoder = new TextEncoder();

export const bytesOf = (text: string): number => encoder.encode(text).length;

const ellipsis = '…';

/** Text of at most `most` UTF-16 units, with no half of a character at its end. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}${ellipsis}`;
}

/** Text of at most `most` bytes in UTF-8. */
export function cutBytes(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  const room = most - bytesOf(ellipsis);
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bytesOf(text.slice(0, middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).replace(/[\uD800-\uDBFF]$/, '')}${ellipsis}`;
}
