import type { Role } from '../role.ts';

/**
 * The agents' door: offers VX11's tools over the Model Context Protocol, under the caller's own token and limits.
 * It has no work yet beyond answering who it is: that comes with its own issue.
 */
export const role = {
  name: 'mcp',
  port: 8006,
  taskQueue: 'mcp',
  sentence: "Offers VX11's tools to agents over the Model Context Protocol.",
  activities: {},
} satisfies Role;
