import type { PowerHost } from '../power/host/host.ts';
import type { WindowView } from '../../contracts/window.ts';

/** The calls to Temporal about the workflows of scheduled windows. Each has a deadline. */
export interface WindowScheduleRuns {
  /** Starts its workflow, or makes one that runs look again. */
  attend(host: string, name: string): Promise<void>;
  runs(host: string, name: string): Promise<boolean>;
}

export interface WindowScheduleDeps {
  power: Pick<PowerHost, 'host' | 'store' | 'clock' | 'catalog' | 'log'>;
  /** Null while Temporal is unavailable. */
  runs: () => WindowScheduleRuns | null;
  /** Starts the workflow of a window, or joins it. Throws while Temporal is unavailable. */
  startWindow(view: WindowView): Promise<void>;
}

/** The activity of a scheduled window; it is safe to run twice. */
export interface WindowScheduleActivities {
  /**
   * Decides about the times that have come, opens the window of at most one of them, and names the next.
   * @returns epoch ms; null if none follows: it is gone, paused or wrong
   */
  attendSchedule(input: { name: string }): Promise<{ next_at: number | null }>;
}
