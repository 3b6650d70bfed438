/** What a role of VX11 is, as data: the runner makes a Temporal worker and a health answer of it. */
export interface Role {
  /** Also the compose service's name, and the `module` of the health answer. */
  readonly name: string;
  /** Where /health is answered. */
  readonly port: number;
  /** The Temporal task queue that its activities are taken from. */
  readonly taskQueue: string;
  /** One sentence for people: what this role is for. */
  readonly sentence: string;
  /** Its work: what workflows may ask of it, beside `describeRole`. */
  readonly activities: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;
}

/** What `describeRole` answers: which process serves a queue. Times are epoch ms. */
export interface RoleDescription {
  name: string;
  sentence: string;
  version: string;
  node: string;
  started_at_ms: number;
}
