import type { Routes } from '../context.ts';
import { auditRoutes } from './audit.ts';
import { autonomyRoutes } from './autonomy.ts';
import { callbackRoutes } from './callbacks.ts';
import { eventRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { intentRoutes } from './intents.ts';
import { madreChatRoutes } from './madre-chat.ts';
import { madreControlRoutes } from './madre-control.ts';
import { madrePlanRoutes } from './madre-plans.ts';
import { madreStatusRoutes } from './madre-status.ts';
import { metricsRoutes } from './metrics.ts';
import { operatorPolicyRoutes } from './operator-policy.ts';
import { operatorServiceRoutes } from './operator-services.ts';
import { operatorStatusRoutes } from './operator-status.ts';
import { operatorWindowRoutes } from './operator-windows.ts';
import { reportRoutes } from './reports.ts';
import { resultRoutes } from './results.ts';
import { spawnFileRoutes } from './spawn-files.ts';
import { spawnLogRoutes } from './spawn-logs.ts';
import { spawnViewRoutes } from './spawn-views.ts';
import { spawnRoutes } from './spawns.ts';
import { railsRoutes } from './rails.ts';
import { scannerIntentRoutes } from './scanner-intents.ts';
import { statusRoutes } from './status.ts';
import { tokenRoutes } from './tokens.ts';
import { windowViewRoutes } from './window-views.ts';
import { windowRoutes } from './windows.ts';

/** Every resource of the gateway; the API's description and its page are beside them in `openapi.ts`. */
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
