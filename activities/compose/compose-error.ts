/** Compose said no, or cannot be asked; `message` is the cause alone. */
export class ComposeError extends Error {
  override name = 'ComposeError';
}
