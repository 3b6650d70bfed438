/** Which gateway to call, and as whom. */
export interface Target {
  /** Without a slash at its end. */
  url: string;
  /** Undefined where none was found. */
  token: string | undefined;
}
