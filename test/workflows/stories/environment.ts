import { startPlanBench, type PlanBench } from '../../plans/plan-bench.ts';
import { startAudioWorkflows, type AudioWorkflowBench } from '../audio/audio-bench.ts';
import { startBatchWorkflows, type BatchWorkflowBench } from '../audio/batch-bench.ts';
import { startAutonomyBench, type AutonomyBench } from '../autonomy-bench.ts';
import { startChecksBench, type ChecksBench } from '../checks/checks-bench.ts';
import { startModelsBench, type ModelsBench } from '../models/models-bench.ts';
import { startDriftBench, type DriftBench } from '../drift/drift-bench.ts';
import { startAntsBench, type AntsBench } from '../incidents/ants-bench.ts';
import { startProgramsBench, type ProgramsBench } from '../programs/programs-bench.ts';
import { startRepairBench, type RepairBench } from '../repair-bench.ts';
import { startSchedulesBench, type SchedulesBench } from '../schedules/schedules-bench.ts';
import { startTaskBench, type TaskBench } from '../task-bench.ts';
import { startBench, type TemporalBench } from '../temporal-bench.ts';

/** The workers and queues that stories run on. */
export interface StoryEnvironment {
  windows: TemporalBench;
  plans: PlanBench;
  tasks: TaskBench;
  autonomy: AutonomyBench;
  checks: ChecksBench;
  repairs: RepairBench;
  programs: ProgramsBench;
  schedules: SchedulesBench;
  models: ModelsBench;
  drift: DriftBench;
  audio: AudioWorkflowBench;
  batches: BatchWorkflowBench;
  ants: AntsBench;
  /** On a Temporal that suggests a new run early. */
  short: { windows: TemporalBench; plans: PlanBench };
  stop(): Promise<void>;
}

/** @param shortAddress a Temporal that suggests a new run early */
export async function startStoryEnvironment(
  address: string,
  shortAddress: string,
): Promise<StoryEnvironment> {
  const windows = await startBench(address);
  const plans = await startPlanBench(address, { expires_ms: 1500 });
  const tasks = await startTaskBench(address, { spawner: true, host: 'recorded' });
  const autonomy = await startAutonomyBench(address);
  const checks = await startChecksBench(address, 'recorded-checks');
  const repairs = await startRepairBench(address, 'recorded-repairs');
  const programs = await startProgramsBench(address);
  const schedules = await startSchedulesBench(address);
  const models = await startModelsBench(address);
  const drift = await startDriftBench(address);
  const audio = await startAudioWorkflows(address);
  const batches = await startBatchWorkflows(address);
  const ants = await startAntsBench(address);
  const short = {
    windows: await startBench(shortAddress),
    plans: await startPlanBench(shortAddress),
  };
  const { windows: shortWindows, plans: shortPlans } = short;
  const all = [
    windows,
    plans,
    tasks,
    autonomy,
    checks,
    repairs,
    programs,
    schedules,
    models,
    drift,
    audio,
    batches,
    ants,
    shortWindows,
    shortPlans,
  ];
  return {
    windows,
    plans,
    tasks,
    autonomy,
    checks,
    repairs,
    programs,
    schedules,
    models,
    drift,
    audio,
    batches,
    ants,
    short,
    stop: async () => void (await Promise.all(all.map((one) => one.stop()))),
  };
}
