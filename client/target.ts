/** The gateway to call, and the token to call it with. */
export interface Target {
  /** Without a trailing slash. */
  url: string;
  /** Undefined if none was found. */
  token: string | undefined;
}
