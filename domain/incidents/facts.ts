import type { ContainerState, ServiceTier } from '../../contracts/service.ts';
import type { Severity } from '../../contracts/incidents.ts';

/** One service, as the reconcile loop last saw it. */
export interface ServiceFact {
  name: string;
  tier: ServiceTier;
  /** An open window holds it, or it always runs. */
  held: boolean;
  /** A window of it opens or closes, or it is being started, stopped or restarted. */
  moving: boolean;
  state: ContainerState;
  /** What it depends on. */
  parents: string[];
  /** How long it may be unhealthy or down before that is an incident, in ms. */
  patience_ms: number;
  memory_bytes: number | null;
  /** Of all its replicas. */
  memory_limit_bytes: number | null;
  note: string | null;
}

/** What the Engine reported of one service. Epoch ms. */
export interface ServiceMoment {
  service: string;
  at: number;
}

/** Shares from 0 to 100 of stalled time, by the kernel; null where it does not tell. */
export interface PressureFact {
  cpu_some_avg60: number | null;
  memory_full_avg10: number | null;
  io_full_avg60: number | null;
  load_per_core: number;
  /** From 0 to 1. */
  memory_available: number;
}

export interface DiskFact {
  path: string;
  /** From 0 to 1. */
  free: number;
  free_bytes: number;
  /** From 0 to 1; null where the file system has no fixed number of them. */
  free_inodes: number | null;
  /** Earlier looks, oldest first: epoch ms and free bytes. */
  history: readonly (readonly [number, number])[];
}

/** What takes disk space and belongs to nothing. */
export interface LeftoverFact {
  what: 'images' | 'containers' | 'volumes';
  count: number;
  bytes: number;
  /** Of the oldest; epoch ms. */
  since: number | null;
}

export interface CertificateFact {
  /** `host:port` as declared. */
  address: string;
  /** As it is served; epoch ms. Null if it could not be asked for. */
  expires_at: number | null;
  /** Of the file, if one is declared; epoch ms. */
  file_expires_at: number | null;
}

export interface CertificateFileFact {
  /** As declared. */
  file: string;
  /** Epoch ms. */
  expires_at: number;
}

export interface ClockFact {
  /** The Engine's time minus ours, in ms. */
  engine_ms: number;
  /** By how much the wall clock moved against a monotonic one since the last look, in ms. */
  jump_ms: number;
}

export interface PortFact {
  /** Ports that a container publishes more widely than the file says. */
  exposed: { service: string; port: number; address: string; declared: string | null }[];
  /** Ports that a sleeping service declares, and somebody listens on. */
  taken: { service: string; port: number }[];
}

export interface LogFact {
  rule: string;
  service: string;
  /** The most lines that matched within `within_ms`, in any such time that ended since the last look. */
  matches: number;
  within_ms: number;
  /** From which number on it is an incident. */
  least: number;
  severity: Severity;
}

export interface StoreFact {
  /** What is wrong with the database; null if nothing is known to be. */
  fault: string | null;
  /** The chained logs that are broken, and where. */
  broken_logs: { log: string; detail: string }[];
}

export interface BackupFact {
  /** The declared folder or pattern. */
  path: string;
  max_age_ms: number;
  /** Newest first: epoch ms and bytes. */
  files: readonly (readonly [number, number])[];
}

export interface WorkFact {
  /** Windows past their deadline that are not closed. */
  late_windows: { window_id: string; late_ms: number }[];
  /** Leases whose window has ended or is not known. */
  lost_leases: { window_id: string; service: string }[];
  /** Tasks past their end that still run. */
  late_tasks: { spawn_id: string; late_ms: number }[];
}

/** A difference between what is there and what was declared, that somebody has to decide. */
export interface DriftFact {
  kind: string;
  service: string | null;
  path: string;
  severity: Severity;
  description: string;
  patchable: boolean;
}

/** An entry of the folder of the stack that is other than a day ago. */
export interface FileFact {
  /** Below the folder. */
  path: string;
  what: 'missing' | 'extra' | 'permission';
}

/** An image of the stack. */
export interface ImageFact {
  reference: string;
  /** The first 12 digits. */
  id: string;
  services: string[];
  /** Whether its registry has another one under this name; null if nobody knows. */
  behind: boolean | null;
  vulnerable: { id: string; package: string; severity: Severity }[];
}

/** Everything that ants look at, each read by itself. */
export interface AntFacts {
  engine: { answers: boolean };
  services: ServiceFact[];
  /** Ends of the last ten minutes that nobody asked for. */
  exits: { at: ServiceMoment[]; services: ServiceFact[] };
  /** Of the last hour; `since` is when this process began to listen. */
  ooms: { at: ServiceMoment[]; since: number; services: ServiceFact[] };
  pressure: PressureFact;
  disks: DiskFact[];
  leftovers: LeftoverFact[];
  certificates: CertificateFact[];
  certificate_files: CertificateFileFact[];
  clocks: ClockFact;
  /** Processes that have ended and that nobody has collected, by service. */
  zombies: { service: string; count: number }[];
  ports: PortFact;
  logs: LogFact[];
  store: StoreFact;
  backups: BackupFact[];
  work: WorkFact;
  drift: DriftFact[];
  files: FileFact[];
  images: ImageFact[];
}
