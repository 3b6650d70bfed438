import type { Routes } from './context.ts';
import { auditRoutes } from './audit/routes.ts';
import { autonomyRoutes } from './autonomy/routes.ts';
import { modelRoutes } from './autonomy/model-routes.ts';
import { callbackRoutes } from './incidents/callback-routes.ts';
import { checkRoutes } from './checks/routes.ts';
import { checkReportRoutes } from './checks/report-routes.ts';
import { scheduleRoutes } from './checks/schedule-routes.ts';
import { repairRoutes } from './repair/routes.ts';
import { eventRoutes } from './audit/events.ts';
import { healthRoutes } from './status/health.ts';
import { intentRoutes } from './plans/intent-routes.ts';
import { madreChatRoutes } from './plans/chat-routes.ts';
import { madreControlRoutes } from './plans/control-routes.ts';
import { madrePlanRoutes } from './plans/routes.ts';
import { madreStatusRoutes } from './status/madre-status.ts';
import { mcpChatRoutes } from './mcp/chat-routes.ts';
import { mcpRoutes } from './mcp/routes.ts';
import { metricsRoutes } from './status/metrics-route.ts';
import { noticeRoutes } from './notices/routes.ts';
import { operatorPolicyRoutes } from './services/policy-routes.ts';
import { operatorServiceRoutes } from './services/routes.ts';
import { operatorStatusRoutes } from './status/operator-status.ts';
import { operatorWindowRoutes } from './windows/operator-routes.ts';
import { hermesModelRoutes } from './models/routes.ts';
import { dslRoutes } from './drift/dsl-routes.ts';
import { driftPatchRoutes } from './drift/patch-routes.ts';
import { olderDriftRoutes } from './drift/older-routes.ts';
import { audioBatchRoutes } from './audio/batch-routes.ts';
import { audioEngineRoutes } from './audio/engine-routes.ts';
import { audioEventRoutes } from './audio/event-routes.ts';
import { audioFileRoutes } from './audio/file-routes.ts';
import { audioJobRoutes } from './audio/job-routes.ts';
import { olderAudioRoutes } from './audio/older-routes.ts';
import { audioStartRoutes } from './audio/start-routes.ts';
import { driftRoutes } from './drift/routes.ts';
import { programRoutes } from './programs/routes.ts';
import { chatRoutes } from './routing/chat-routes.ts';
import { decisionRoutes } from './routing/decision-routes.ts';
import { knownRoutes } from './routing/known-routes.ts';
import { messagesRoutes } from './routing/messages-routes.ts';
import { modelListRoutes } from './routing/model-list-routes.ts';
import { providerRoutes } from './routing/provider-routes.ts';
import { switchRoutes } from './routing/switch-routes.ts';
import { actionRoutes } from './incidents/action-routes.ts';
import { antRoutes } from './incidents/ant-routes.ts';
import { incidentRoutes } from './incidents/incident-routes.ts';
import { ineeRoutes } from './incidents/inee/routes.ts';
import { reportRoutes } from './incidents/report-routes.ts';
import { resultRoutes } from './plans/result-routes.ts';
import { capabilityRoutes } from './operator/capabilities.ts';
import { ingestRoutes } from './operator/ingest.ts';
import { operatorApiChatRoutes } from './operator/chat.ts';
import { operatorRoleRoutes } from './operator/roles.ts';
import { overviewRoutes } from './operator/overview.ts';
import { recordRoutes } from './operator/records.ts';
import { settingsRoutes } from './operator/settings.ts';
import { webSocketRoutes } from './operator/web-socket.ts';
import { serviceViewRoutes } from './services/views.ts';
import { taskFileRoutes } from './tasks/files.ts';
import { taskLogRoutes } from './tasks/logs.ts';
import { taskViewRoutes } from './tasks/views.ts';
import { taskRoutes } from './tasks/routes.ts';
import { railsRoutes } from './incidents/rail-routes.ts';
import { windowScheduleRoutes } from './schedules/routes.ts';
import { scannerIntentRoutes } from './incidents/intent-routes.ts';
import { statusRoutes } from './status/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { uiFileRoutes } from './ui/file-routes.ts';
import { webSessionLinkRoutes } from './ui/link-routes.ts';
import { webSessionRoutes } from './ui/session-routes.ts';
import { windowViewRoutes } from './windows/views.ts';
import { windowRoutes } from './windows/routes.ts';

/** All routes of the gateway; openapi/register.ts adds the API's document and its page. */
export const resources: Routes[] = [
  healthRoutes,
  statusRoutes,
  windowRoutes,
  windowViewRoutes,
  taskRoutes,
  taskViewRoutes,
  taskLogRoutes,
  taskFileRoutes,
  checkRoutes,
  checkReportRoutes,
  scheduleRoutes,
  windowScheduleRoutes,
  noticeRoutes,
  repairRoutes,
  programRoutes,
  chatRoutes,
  messagesRoutes,
  modelListRoutes,
  switchRoutes,
  providerRoutes,
  decisionRoutes,
  knownRoutes,
  hermesModelRoutes,
  driftRoutes,
  driftPatchRoutes,
  olderDriftRoutes,
  dslRoutes,
  audioFileRoutes,
  audioStartRoutes,
  audioBatchRoutes,
  audioJobRoutes,
  audioEventRoutes,
  audioEngineRoutes,
  olderAudioRoutes,
  operatorWindowRoutes,
  operatorServiceRoutes,
  operatorPolicyRoutes,
  serviceViewRoutes,
  capabilityRoutes,
  overviewRoutes,
  operatorApiChatRoutes,
  recordRoutes,
  operatorRoleRoutes,
  settingsRoutes,
  ingestRoutes,
  webSocketRoutes,
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
  webSessionRoutes,
  webSessionLinkRoutes,
  uiFileRoutes,
  autonomyRoutes,
  modelRoutes,
  scannerIntentRoutes,
  railsRoutes,
  callbackRoutes,
  reportRoutes,
  incidentRoutes,
  antRoutes,
  actionRoutes,
  ineeRoutes,
  auditRoutes,
  mcpRoutes,
  mcpChatRoutes,
];
