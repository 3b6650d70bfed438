import type { CheckResult } from '../../contracts/checks.ts';

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

export interface CapturedService {
  name: string;
  image: string;
  /** Null if it has no container. */
  container: CapturedContainer | null;
  /** The image's own settings; null if the image is absent. */
  image_config: {
    user: string;
    entrypoint: string[];
    command: string[];
    environment: string[];
    architecture: string;
  } | null;
  /** Names of the programs on the image's PATH. */
  programs: string[];
  /** The last 200 lines of its log, oldest first. */
  logs: string[];
}

export interface CapturedContainer {
  name: string;
  state: string;
  exit_code: number | null;
  /** The Engine's message when it could not be started; empty if none. */
  error: string;
  /** By the Engine's flag or the cgroup's counter, never by exit code 137 alone. */
  out_of_memory: boolean;
  restarts: number;
  health: string;
  health_log: { exit_code: number; output: string }[];
  /** Sockets that listen in its network namespace. */
  listening: { address: string; port: number }[];
  user: string;
  mounts: {
    /** On the host. */
    source: string;
    target: string;
    type: string;
    read_only: boolean;
    /** Of the source; null if it cannot be read. */
    owner: { uid: number; gid: number; mode: number } | null;
    /** Names in the source folder, 200 at most; empty for a file. */
    entries: string[];
  }[];
  networks: string[];
  memory_limit_bytes: number | null;
  memory_peak_bytes: number | null;
  /** How often the limit of processes was hit. */
  pids_limit_hits: number;
  pids_limit: number | null;
  /** Time from start until it was first healthy or answered, in ms; null if it never was. */
  ready_after_ms: number | null;
}
