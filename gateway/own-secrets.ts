/** Something shorter is no secret, and would be taken out of ordinary words. */
const shortest = 8;

/** The password in an address, as it is written there and as it is meant; none if it repeats another part of it. */
function passwordsOf(address: string | null | undefined): string[] {
  if (address == null || !URL.canParse(address)) return [];
  const { username, password, hostname, pathname } = new URL(address);
  if ([username, hostname, pathname.slice(1)].includes(password)) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password]; // a percent sign of its own
  }
}

/**
 * What of VX11's own configuration no agent reads, wherever it was repeated.
 * @param keys secrets as they are
 * @param addresses URLs that may hold a password
 */
export const ownSecrets = (
  keys: readonly (string | null | undefined)[],
  addresses: readonly (string | null | undefined)[],
): string[] => [
  ...new Set(
    [...keys.flatMap((key) => key ?? []), ...addresses.flatMap(passwordsOf)].filter(
      (secret) => secret.length >= shortest,
    ),
  ),
];
