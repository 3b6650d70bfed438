/** Compose said no; `message` is its own words. */
export class ComposeError extends Error {
  override name = 'ComposeError';
}
