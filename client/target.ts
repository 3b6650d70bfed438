/** The gateway to call, and the token to call it with. */
export interface Target {
  /** Without a trailing slash. */
  url: string;
  /** Undefined if none was found. */
  token: string | undefined;
  /** The PEM file that the gateway's certificate is checked with; unset: the authorities of the system. */
  caFile?: string | undefined;
  /** Sends requests, where the platform's own cannot check the certificate so. */
  send?: typeof fetch | undefined;
}
