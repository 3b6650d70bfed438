/** Compose failed or could not be run. `message` contains only the cause. */
export class ComposeError extends Error {
  override name = 'ComposeError';
}
