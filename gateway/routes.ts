import type { Routes } from './context.ts';
import { auditRoutes } from './audit/routes.ts';
import { autonomyRoutes } from './autonomy/routes.ts';
import { callbackRoutes } from './incidents/callback-routes.ts';
import { eventRoutes } from './audit/events.ts';
import { healthRoutes } from './status/health.ts';
import { intentRoutes } from './plans/intent-routes.ts';
import { madreChatRoutes } from './plans/chat-routes.ts';
import { madreControlRoutes } from './plans/control-routes.ts';
import { madrePlanRoutes } from './plans/routes.ts';
import { madreStatusRoutes } from './status/madre-status.ts';
import { metricsRoutes } from './status/metrics-route.ts';
import { operatorPolicyRoutes } from './services/policy-routes.ts';
import { operatorServiceRoutes } from './services/routes.ts';
import { operatorStatusRoutes } from './status/operator-status.ts';
import { operatorWindowRoutes } from './windows/operator-routes.ts';
import { reportRoutes } from './incidents/report-routes.ts';
import { resultRoutes } from './plans/result-routes.ts';
import { spawnFileRoutes } from './tasks/files.ts';
import { spawnLogRoutes } from './tasks/logs.ts';
import { spawnViewRoutes } from './tasks/views.ts';
import { spawnRoutes } from './tasks/routes.ts';
import { railsRoutes } from './incidents/rail-routes.ts';
import { scannerIntentRoutes } from './incidents/intent-routes.ts';
import { statusRoutes } from './status/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { windowViewRoutes } from './windows/views.ts';
import { windowRoutes } from './windows/routes.ts';

/** All routes of the gateway; openapi/register.ts adds the API's document and its page. */
export const resources: Routes[] = [
  healthRoutes,
  statusRoutes,
  windowRoutes,
  windowViewRoutes,
  spawnRoutes,
  spawnViewRoutes,
  spawnLogRoutes,
  spawnFileRoutes,
  operatorWindowRoutes,
  operatorServiceRoutes,
  operatorPolicyRoutes,
  operatorStatusRoutes,
  madreChatRoutes,
  madrePlanRoutes,
  madreControlRoutes,
  madreStatusRoutes,
  intentRoutes,
  resultRoutes,
  eventRoutes,
  metricsRoutes,
  tokenRoutes,
  autonomyRoutes,
  scannerIntentRoutes,
  railsRoutes,
  callbackRoutes,
  reportRoutes,
  auditRoutes,
];
