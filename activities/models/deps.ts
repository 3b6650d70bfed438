import type { ModelPull, SearchAnswer, SearchBody } from '../../contracts/models.ts';
import type { ModelCaps } from '../../domain/models/evict.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/index.ts';

/** The calls to Temporal with which a plan brings a model. */
export interface PullRuns {
  /** Starts the pull's workflow, unless it runs. */
  startPull(pull: ModelPull): Promise<void>;
  /** Asks a pull to end. @returns whether it was still under way */
  cancelPull(jobId: string, by: { actor: string; correlation_id: string }): Promise<boolean>;
}

/** The calls to Temporal about models. */
export interface ModelRuns extends Pick<PullRuns, 'startPull'> {
  /** Returns whether the pull's workflow is still running. */
  pullRun(jobId: string): Promise<boolean>;
  /** How many bytes a running pull has, as its worker said last; null if it has not said. */
  pullBytes(jobId: string): Promise<number | null>;
  /** Lets hermes look at the models of a host, unless it does already. */
  startKeep(host: string): Promise<void>;
}

/** Searches of the hub, for plans. */
export interface ModelSearch {
  search(host: string, asked: SearchBody): Promise<SearchAnswer>;
}

export interface ModelDeps {
  host: string;
  store: Store;
  clock: Clock;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => ModelRuns;
  /** Of this host; `fileBytes` limits one model. */
  caps: ModelCaps & { fileBytes: number };
  metrics: ModelMetrics;
}

export interface ModelMetrics {
  /** Counts a pull that ended. */
  ended(status: string): void;
  /** How many models a host has, and their bytes. */
  kept(host: string, models: number, bytes: number): void;
}
