/** What was seen of a service. */
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

/** What the Engine says of its container. */
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
