/** Why the hub, or whatever serves its bytes, did not answer as asked. */
export interface HubRefusal {
  cause:
    | 'model_not_found'
    | 'gated'
    | 'rate_limited'
    | 'link_expired'
    | 'hub_unavailable'
    | 'hub_refused';
  detail: string;
  /** Whether another try may succeed. */
  retry: boolean;
  /** How long to wait before it, in ms; null if nobody said. */
  waitMs: number | null;
}

interface Refused {
  status: number;
  header(name: string): string | null;
  /** What was asked for, for people. */
  what: string;
  /** Whether the bytes were asked for elsewhere, by a link that the hub signed. */
  signed?: boolean;
  hasToken: boolean;
}

/** The longest wait that is believed, in ms. */
const longestWaitMs = 15 * 60_000;

/** Reads a refusal. Headers as the hub documents them: `X-Error-Code`, `RateLimit: "api";r=0;t=55`, `Retry-After`. */
export function refusalOf({ status, header, what, signed = false, hasToken }: Refused): HubRefusal {
  const code = header('x-error-code') ?? '';
  if (status === 429) {
    const waitMs = waitOf(header);
    const detail = `The hub asks to wait ${Math.ceil(waitMs / 1000)} s before ${what}.`;
    return { cause: 'rate_limited', detail, retry: true, waitMs };
  }
  if (code === 'GatedRepo') {
    const needs = hasToken
      ? 'The token has no access: ask for it on the page of the model'
      : 'It needs a token: set HF_TOKEN for hermes';
    return refused('gated', `${what} is gated. ${needs}.`);
  }
  if (status === 404 || /^(RepoNotFound|RevisionNotFound|EntryNotFound)$/.test(code)) {
    const kind = /^(Revision|Entry)NotFound$/.exec(code)?.[1];
    const missing = kind === undefined ? 'repository' : kind === 'Entry' ? 'file' : 'revision';
    return refused('model_not_found', `The hub knows no such ${missing}: ${what}.`);
  }
  if (signed && (status === 401 || status === 403)) {
    const detail = `The link to ${what} is no longer valid.`;
    return { cause: 'link_expired', detail, retry: true, waitMs: null };
  }
  if (status >= 500 || status === 408) {
    const detail = `The hub answered ${status} for ${what}.`;
    return { cause: 'hub_unavailable', detail, retry: true, waitMs: null };
  }
  return refused('hub_refused', `The hub answered ${status} for ${what}.`);
}

const refused = (cause: HubRefusal['cause'], detail: string): HubRefusal => ({
  cause,
  detail,
  retry: false,
  waitMs: null,
});

function waitOf(header: Refused['header']): number {
  const named = /;\s*t=(\d+)/.exec(header('ratelimit') ?? '')?.[1] ?? header('retry-after') ?? '';
  const seconds = /^\d+$/.test(named) ? Number(named) : 30;
  return Math.min(longestWaitMs, Math.max(1000, seconds * 1000));
}
