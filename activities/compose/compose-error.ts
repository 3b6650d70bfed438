/** Compose refused the files, or could not be run. `message` contains only the cause. */
export class ComposeError extends Error {
  override name = 'ComposeError';
  /** Whether nobody could ask Compose: its program is missing, or it was ended by its time limit. */
  readonly unable: boolean;

  constructor(
    message: string,
    { unable = false, ...options }: ErrorOptions & { unable?: boolean } = {},
  ) {
    super(message, options);
    this.unable = unable;
  }
}
