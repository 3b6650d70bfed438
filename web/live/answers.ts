import type { z } from 'zod';
import type { auditVerifyAnswer } from '../../contracts/audit.ts';
import type { autonomyStatusAnswer, decisionListAnswer } from '../../contracts/autonomy.ts';
import type {
  checkArtifactsAnswer,
  checkRunAnswer,
  checkRunListAnswer,
  checkSuitesAnswer,
} from '../../contracts/checks.ts';
import type { EventRecord } from '../../contracts/event.ts';
import type { controlAnswer } from '../../contracts/intent.ts';
import type { operatorOpenAnswer, operatorStatusAnswer } from '../../contracts/operator.ts';
import type {
  confirmPlanAnswer,
  planListAnswer,
  planTokenAnswer,
  PlanView,
} from '../../contracts/plan.ts';
import type { modelUsageAnswer } from '../../contracts/model-usage.ts';
import type { driftAuditAnswer, driftListAnswer } from '../../contracts/drift.ts';
import type {
  actionsPreviewAnswer,
  hormigueroStatusAnswer,
  incidentListAnswer,
  pheromonesAnswer,
} from '../../contracts/incidents.ts';
import type { channelListAnswer, outboxAnswer } from '../../contracts/notice-message.ts';
import type { routingDecisionAnswer, routingReplayAnswer } from '../../contracts/switch.ts';
import type { decisionSummaries } from '../../contracts/switch-known.ts';
import type { madreRevertReply } from '../../contracts/chat.ts';
import type { patchListAnswer } from '../../contracts/patch.ts';
import type { repairAnswer, repairListAnswer } from '../../contracts/repair.ts';
import type { laneListAnswer } from '../../contracts/rails.ts';
import type { scheduleListAnswer } from '../../contracts/schedule.ts';
import type { serviceListAnswer } from '../../contracts/service.ts';
import type { taskListAnswer } from '../../contracts/task.ts';
import type { statusAnswer } from '../../contracts/status.ts';
import type { createTokenAnswer, tokenListAnswer } from '../../contracts/token.ts';
import type {
  closeWindowAnswer,
  extendWindowAnswer,
  windowListAnswer,
} from '../../contracts/window.ts';

/** The gateway's answers, by the schemas that it sends them with; the schemas themselves stay on the server. */
export type Status = z.infer<typeof statusAnswer>;
export type ServiceList = z.infer<typeof serviceListAnswer>;
export type WindowList = z.infer<typeof windowListAnswer>;
export type PlanList = z.infer<typeof planListAnswer>;
export type CheckRuns = z.infer<typeof checkRunListAnswer>;
export type CheckRun = z.infer<typeof checkRunAnswer>;
export type CheckSuites = z.infer<typeof checkSuitesAnswer>;
export type ScheduleList = z.infer<typeof scheduleListAnswer>;
export type CheckArtifacts = z.infer<typeof checkArtifactsAnswer>;
export type RepairList = z.infer<typeof repairListAnswer>;
export type Repair = z.infer<typeof repairAnswer>;
export type PatchList = z.infer<typeof patchListAnswer>;
export type Reverted = z.infer<typeof madreRevertReply>;
export type ModelUsage = z.infer<typeof modelUsageAnswer>;
export type DriftList = z.infer<typeof driftListAnswer>;
export type DriftAudited = z.infer<typeof driftAuditAnswer>;
export type IncidentList = z.infer<typeof incidentListAnswer>;
export type AntStatus = z.infer<typeof hormigueroStatusAnswer>;
export type Pheromones = z.infer<typeof pheromonesAnswer>;
export type ActionsPreview = z.infer<typeof actionsPreviewAnswer>;
export type ChannelList = z.infer<typeof channelListAnswer>;
export type Outbox = z.infer<typeof outboxAnswer>;
export type RoutingDecision = z.infer<typeof routingDecisionAnswer>;
export type RoutingReplay = z.infer<typeof routingReplayAnswer>;
export type RoutingDecisions = z.infer<typeof decisionSummaries>;
export type TaskList = z.infer<typeof taskListAnswer>;
export type TokenList = z.infer<typeof tokenListAnswer>;
export type NewToken = z.infer<typeof createTokenAnswer>;
export type LaneList = z.infer<typeof laneListAnswer>;
export type OperatorStatus = z.infer<typeof operatorStatusAnswer>;
export type Autonomy = z.infer<typeof autonomyStatusAnswer>;
export type Decisions = z.infer<typeof decisionListAnswer>;
export type AuditVerdict = z.infer<typeof auditVerifyAnswer>;
export type ControlAnswer = z.infer<typeof controlAnswer>;
export type Opened = z.infer<typeof operatorOpenAnswer>;
export type Extended = z.infer<typeof extendWindowAnswer>;
export type Closed = z.infer<typeof closeWindowAnswer>;
export type PlanToken = z.infer<typeof planTokenAnswer>;
export type Confirmed = z.infer<typeof confirmPlanAnswer>;
export type { HostBudget } from '../../contracts/status.ts';
export type EventPage = { events: EventRecord[]; next_cursor: string | null };
export type Plan = PlanView;
