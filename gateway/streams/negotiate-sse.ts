/** Does the Accept header prefer Server-Sent Events to JSON? A wildcard means JSON, and so does neither or both alike. */
export function acceptsEvents(accept: string | undefined): boolean {
  const events = weightOf(accept, 'text/event-stream');
  return events > 0 && events > weightOf(accept, 'application/json');
}

/** RFC 9110, 12.5.1: how much a media type is wanted that is named in full; 0 where it is not. */
function weightOf(accept = '', type: string): number {
  for (const range of accept.toLowerCase().split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const weight = parameters.find((part) => part.startsWith('q='))?.slice(2);
    return weight === undefined ? 1 : Number(weight) || 0;
  }
  return 0;
}
