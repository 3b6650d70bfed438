/** Whether requests with this User-Agent wake nothing. @param parts texts that it contains, in any case */
export function isIgnoredAgent(agent: string | undefined, parts: readonly string[]): boolean {
  if (agent === undefined || agent === '') return false;
  const lower = agent.toLowerCase();
  return parts.some((part) => lower.includes(part.toLowerCase()));
}
