import type { DriftSeverity, IgnoreRule } from '../../contracts/drift.ts';
import type { ServiceTier } from '../../contracts/service.ts';
import type { Change } from './baseline.ts';
import type { SettingProblem } from './settings.ts';
import type { Difference } from './shape/differences.ts';

/** What the power worker read of a host, without values: what is as declared is left out. */
export interface Facts {
  /** `YYYY-MM-DD`, for rules that end. */
  day: string;
  services: ServiceFacts[];
  /** Null in every piece but the first, and where only some services are asked for. */
  stack: StackFacts | null;
  ignore: IgnoreRule[];
}

export interface ServiceFacts {
  name: string;
  tier: ServiceTier;
  /** A live lease holds it, or its tier always runs. */
  awake: boolean;
  /** It is being started, stopped or made again now, so what it looks like says nothing. */
  busy: boolean;
  replicas: number;
  /** Its restart policy in the file. */
  restart: string;
  image: ImageFacts | null;
  /** Sources of binds that are not what they have to be. */
  sources: SourceFacts[];
  /** Mounted and copied files with other content than at the start. */
  contents: ContentFacts[];
  /** A time zone of its that there is not. */
  unknown_zone: string | null;
  containers: ContainerFacts[];
}

export interface ImageFacts {
  reference: string;
  /** Its id; null if it is not on this host. */
  id: string | null;
  /** Whether an opening pulls or builds it. */
  obtainable: boolean;
  /** The digest that its registry has under this name, if it is none of the image's here. */
  update: string | null;
  /** What a scanner found in it and another version mends. */
  vulnerable: VulnerabilityFacts[];
}

export interface VulnerabilityFacts {
  /** Such as `CVE-2026-1234`. */
  id: string;
  package: string;
  has: string;
  fixed: string;
  severity: DriftSeverity;
}

export interface ContentFacts {
  /** Such as `volumes./etc/app.conf` or `configs.app`. */
  path: string;
  of: 'bind' | 'secret' | 'config';
  read_only: boolean;
  container: string;
}

export interface SourceFacts {
  /** Such as `volumes./etc/app.conf`. */
  path: string;
  source: string;
  is: 'missing' | 'became_dir' | 'stale';
}

export interface ContainerFacts {
  name: string;
  /** The first 12 digits. */
  id: string;
  /** In the Engine's words. */
  status: string;
  restart_policy: string;
  /** Whether its definition is that of the file, as Compose hashes it; null if that cannot be known. */
  same_definition: boolean | null;
  /** The release of Compose that made it, where that is another one. */
  made_by: string | null;
  /** The files that it was made from, where those are others. */
  made_from: string | null;
  image: { reference: string; id: string };
  differences: Difference[];
  /** Where its definition is another one: what of it may be other, and is not compared. */
  unproved: string[];
  /** Networks that it is on and that are gone, by key. */
  gone_networks: string[];
  /** Changes in its own file system; null if nobody looked. */
  changed_files: ChangedFile[] | null;
}

export interface ChangedFile {
  path: string;
  change: 'changed' | 'added' | 'removed';
  /** It can be run; null if that is not known. */
  executable: boolean | null;
}

export interface StackFacts {
  /** Compose's refusal of the files as they are; null if it takes them. */
  refusal: string | null;
  /** Mistakes in `x-vx11.drift`. */
  wrong_settings: SettingProblem[];
  /** Names of variables that are used and not set. */
  unset: string[];
  networks: { key: string; name: string; state: 'changed' | 'foreign' }[];
  volumes: { key: string; name: string; state: 'changed' | 'foreign' }[];
  /** Objects of the project that no file names any more. */
  orphans: {
    containers: { name: string; service: string; status: string }[];
    networks: string[];
    volumes: string[];
  };
  leftovers: { name: string; service: string; hours: number }[];
  twins: { name: string; on: string }[];
  /** Anonymous volumes that a container of a service had, and that none has. */
  abandoned: { name: string; service: string }[];
  /** What is other than a day ago. */
  changed: { files: Change[]; host: Change[]; policy: Change[] };
  /** The Engine's time minus ours, and how far that may be wrong; null if it is not known. */
  clock: { off_ms: number; bound_ms: number } | null;
  /** Files that more users can read or write than should. */
  loose_files: { path: string; mode: string; secret: boolean }[];
}
