/** Whether an Accept header prefers Server-Sent Events to JSON. A wildcard, neither, or a tie means JSON. */
export const acceptsEvents = (accept: string | undefined): boolean =>
  weightOf(accept, 'text/event-stream') > weightOf(accept, 'application/json');

/** Whether an Accept header prefers JSON to a page. A wildcard, neither, or a tie means the page. */
export const acceptsJson = (accept: string | undefined): boolean =>
  weightOf(accept, 'application/json') > weightOf(accept, 'text/html');

/** The quality of a media type that the header names in full (RFC 9110, 12.5.1); 0 if it does not. */
function weightOf(accept = '', type: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const weight = parameters.find((part) => part.startsWith('q='))?.slice(2);
    return weight === undefined ? 1 : Number(weight) || 0;
  }
  return 0;
}

/** The codings of an answer that the gateway knows. */
export type Coding = 'br' | 'gzip' | 'identity';

/** The best coding that a caller accepts (RFC 9110, 12.5.3); none if it accepts none of ours, or sends no header. */
export function codingFor(accept: string | undefined): Coding {
  if (accept === undefined) return 'identity';
  const weights = new Map<string, number>();
  for (const part of accept.split(',')) {
    const [name = '', ...params] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = params.find((param) => param.startsWith('q='));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const [br = 0, gz = 0] = ['br', 'gzip'].map((name) => weights.get(name) ?? weights.get('*'));
  if (br > 0 && br >= gz) return 'br';
  return gz > 0 ? 'gzip' : 'identity';
}

/** Whether the caller already has this version (RFC 9110, 13.1.2). @param etag without `W/` */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag);
