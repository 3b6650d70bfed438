/** How much of what an agent says about its own request is shown, in characters. */
const most = 200;

/**
 * What an agent says about its own plan, for the person who decides: on one line, at most 200 characters; null if no agent asked,
 * or it said nothing. Show it quoted, after the steps and marked as its own: an agent must not write VX11's warnings.
 */
export function agentSays({
  source,
  reason,
}: {
  source: string;
  reason: string | null;
}): string | null {
  if (source !== 'mcp' || reason === null) return null;
  const line = reason.replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
}
