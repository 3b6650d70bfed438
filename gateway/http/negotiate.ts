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
