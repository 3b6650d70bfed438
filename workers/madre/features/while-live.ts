/** Two rounds over work that is seldom there: `seldom` always looks, `often` only if the last look found some. */
export function whileLive(look: () => Promise<boolean>): {
  seldom: () => Promise<void>;
  often: () => Promise<void>;
} {
  let isLive = false;
  return {
    async seldom() {
      isLive = await look();
    },
    async often() {
      if (isLive) isLive = await look();
    },
  };
}
