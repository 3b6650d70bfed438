import type { CheckResult } from '../../contracts/checks.ts';
import type { CapturedService } from './captured-service.ts';

/** Everything that is known about a red run, with secrets masked. Rules and models see nothing else. */
export interface Capture {
  /** The checks that are red, in the order of the run. */
  red: RedCheck[];
  services: CapturedService[];
  compose: CapturedCompose;
  /** The files of the stack's folder: compose and env files first. */
  files: CapturedFile[];
  /** Local images of the Engine, as `repository:tag`. */
  images: string[];
  /** Names of the Engine's networks and volumes. */
  networks: string[];
  volumes: string[];
  /** Ports of the host that are in use, and by which container, if by one. */
  ports_in_use: { port: number; container: string | null }[];
  host: { memory_bytes: number; cpus: number; architecture: string };
}

export interface RedCheck extends Pick<
  CheckResult,
  'name' | 'suite' | 'kind' | 'service' | 'status' | 'cause' | 'detail'
> {
  /** With `[CONTEXT]` filled in; null unless its kind is http or tcp. */
  url: string | null;
  evidence: string | null;
}

export interface CapturedCompose {
  /** Path of the first compose file, relative to the stack's folder. */
  file: string;
  files: string[];
  /** What Compose says if it refuses the files; null if it reads them. */
  error: string | null;
  warnings: string[];
  /** The services as `docker compose config --format json` prints them; null if it refuses the files. */
  services: Record<string, ComposeService> | null;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
}

/** A service as Compose prints it, by its keys in the compose specification. */
export type ComposeService = Record<string, unknown>;

export interface CapturedFile {
  path: string;
  /** Null for files that are not text, or longer than 256 KiB. */
  text: string | null;
  size: number;
  /** Permission bits. */
  mode: number;
  uid: number;
  gid: number;
}
