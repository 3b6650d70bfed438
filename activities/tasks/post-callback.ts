import { postPublic } from '../../platform/network/post-public.ts';

const limitMs = 10_000;

/**
 * Posts JSON to a callback's address once. Hosts in `allowed` may have private addresses.
 * @throws AddressRefused, or the error of the connection or of the response
 */
export async function postCallback(
  address: string,
  body: string,
  headers: Record<string, string>,
  allowed: readonly string[],
): Promise<number> {
  const { status } = await postPublic(address, body, headers, { allowed, limitMs });
  if (status >= 200 && status < 300) return status;
  throw new Error(`${new URL(address).hostname.replace(/^\[|\]$/g, '')} answered ${status}`);
}
