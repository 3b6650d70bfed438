import type { Routes } from '../../context.ts';
import { agentRoutes } from './agent-routes.ts';
import { colonyRoutes } from './colony-routes.ts';
import { envelopeRoutes } from './envelope-routes.ts';
import { colonyIntentRoutes } from './intent-routes.ts';
import { ineeStatusRoutes } from './status-routes.ts';

const resources = [colonyRoutes, agentRoutes, colonyIntentRoutes, envelopeRoutes, ineeStatusRoutes];

/** Colonies that report to this installation. Without VX11_INEE_ENABLED there is no such route. */
export const ineeRoutes: Routes = (context) => async (app) => {
  const { inee } = context.config;
  if (inee === null) return;
  for (const routes of resources) await app.register(routes({ ...context, inee }));
};

/** Older names of these routes. */
const olderNames: Record<string, string> = {
  'colony/register': 'colonies/register',
  'colony/envelope': 'envelopes',
};

/** `/operator/inee/` and `/hormiguero/inee/extended/` are older addresses of `/hormiguero/inee/`. */
export const withoutOlderInee = (url: string): string =>
  url.replace(
    /^\/(?:operator\/inee|hormiguero\/inee\/extended)\/([^?]*)/,
    (_, path: string) => `/hormiguero/inee/${olderNames[path] ?? path}`,
  );
