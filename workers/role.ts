/** The definition of a VX11 role; the runner starts a Temporal worker and a health server from it. */
export interface Role {
  /** Also the name of the compose service, and the `module` in the health answer. */
  readonly name: string;
  /** The port of /health. */
  readonly port: number;
  /** The Temporal task queue of its activities. */
  readonly taskQueue: string;
  /** The purpose of the role, one sentence for people. */
  readonly sentence: string;
  /** Its activities, besides `describeRole`. */
  readonly activities: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;
}

/** The result of `describeRole`: the process that serves a queue. Times are epoch ms. */
export interface RoleDescription {
  name: string;
  sentence: string;
  version: string;
  node: string;
  started_at_ms: number;
}
