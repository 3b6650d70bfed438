export type RoleActivities = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** The definition of a VX11 role; the runner starts a Temporal worker and a health server from it. */
export interface Role {
  /** Also the name of the compose service, and the `module` in the health answer. */
  readonly name: string;
  /** The port of /health. */
  readonly port: number;
  /** The Temporal task queue of its activities, or how the name of the host makes it. */
  readonly taskQueue: string | ((host: string) => string);
  /** The purpose of the role, one sentence for people. */
  readonly sentence: string;
  /** How many of its activities run at once, and how soon one learns that it is cancelled, in ms. */
  readonly worker?: {
    maxConcurrentActivityTaskExecutions?: number;
    maxHeartbeatThrottleInterval?: number;
  };
  /** Notes what it needs and has, when it starts. @returns what is missing, and what to do; null if nothing is */
  readonly lacks?: (env: NodeJS.ProcessEnv) => Promise<string | null>;
  /** Its activities, besides `describeRole`; a function makes them from the environment. */
  readonly activities: RoleActivities | ((env: NodeJS.ProcessEnv) => RoleActivities);
}

/** The result of `describeRole`: the process that serves a queue. Times are epoch ms. */
export interface RoleDescription {
  name: string;
  sentence: string;
  version: string;
  node: string;
  started_at_ms: number;
}
