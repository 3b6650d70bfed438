import type { Logger } from 'pino';
import type { AntResult } from '../../contracts/incidents.ts';
import type { AntFacts } from '../../domain/incidents/facts.ts';
import type { Store } from '../../store/index.ts';
import type { Pressure } from '../module-health.ts';
import type { AntMetrics } from './metrics.ts';
import type { Situation } from './situation.ts';

/** What reads the facts of one kind. Each may throw; then the looks that need it fail. */
export type FactReaders = {
  [Fact in keyof AntFacts]: () => Promise<AntFacts[Fact]>;
};

/** The calls to Temporal about a round. */
export interface AntRuns {
  /** Runs a round, or joins the one that somebody asked for, and waits for its end. */
  runAnts(input: { host: string; all: boolean; correlation_id: string }): Promise<AntResult[]>;
}

export interface AntDeps {
  host: string;
  store: Store;
  /** All but those that only hormiguero can read. */
  readers: Omit<FactReaders, 'certificates'>;
  /** What sleeps, and what is being opened or closed. */
  situation: () => Promise<Situation>;
  /** The addresses whose certificates are looked at; throws if the settings of the stack are wrong. */
  certificates: () => { address: string; file: string | null }[];
  /** When the certificate in a file of the stack ends, in epoch ms. Throws if it cannot be read. */
  fileExpiry: (file: string) => Promise<number>;
  /** The ants that an Engine event, or what they have just seen, has woken; one that looks is taken out. */
  woken: Set<string>;
  /** Runs one round at a time. */
  alone: <T>(round: () => Promise<T>) => Promise<T>;
  pressure: Pressure;
  metrics: AntMetrics;
  /** Epoch ms. */
  clock: () => number;
  /** From 0 to 1. */
  random: () => number;
  log: Logger;
}
