import { OversizedAnswer } from '../../../providers/fetch.ts';

/** A provider gave no usable list of its models. The message goes into the catalog and never quotes the provider. */
export class ListError extends Error {
  override name = 'ListError';
}

/** Why asking failed, in words without addresses, keys, or what the provider wrote. */
export function whyFailed(error: unknown): string {
  const chain: (Error & { code?: unknown })[] = [];
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at);
  const known = chain.find((one) => one instanceof ListError);
  if (known !== undefined) return known.message;
  if (chain.some(({ name }) => name === 'TimeoutError' || name === 'AbortError'))
    return 'it did not answer in time';
  if (chain.some((one) => one instanceof OversizedAnswer)) return 'its list is too long';
  const code = chain.flatMap((one) => (typeof one.code === 'string' ? [one.code] : []))[0];
  return code !== undefined && /^[A-Z_]+$/.test(code)
    ? `it could not be reached (${code})`
    : 'it could not be reached';
}
