import type { AntResult } from '../../contracts/incidents.ts';

/** What hormiguero is to look at, since it is awake and its ants are due. */
export interface OutsideLook {
  addresses: string[];
}

/** A certificate as it was served; null if it could not be asked for. Epoch ms. */
export interface ServedCertificate {
  address: string;
  expires_at: number | null;
}

export interface RunAnts {
  /** Every ant looks, due or not. */
  all: boolean;
  correlation_id: string;
}

export interface Looked {
  results: AntResult[];
  /** Null if hormiguero has nothing to do. */
  outside: OutsideLook | null;
}

/** What a host's power worker does for its ants. A round that is lost is a missing look, and the next one follows. */
export interface AntActivities {
  /** Lets the ants look that are due, and turns what they see into incidents. */
  runAnts(input: RunAnts): Promise<Looked>;
  /** The same for what hormiguero has seen; null if it has not answered. */
  judgeOutside(input: {
    served: ServedCertificate[] | null;
    correlation_id: string;
  }): Promise<AntResult[]>;
}

/** hormiguero's own activities, on its queue. It stores nothing. */
export interface HormigueroActivities {
  servedCertificates(input: OutsideLook): Promise<ServedCertificate[]>;
}
