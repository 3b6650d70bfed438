/**
 * What Compose and the Engine say of a stack. It has values of secrets, so it stays in memory; `compact` makes facts of it.
 */
export interface Readout {
  /** `config --format json`, with each `$` single. */
  declared: DeclaredStack;
  containers: readonly Inspected[];
  /** By id, and by each reference of the file; null where there is none. */
  images: ReadonlyMap<string, InspectedImage | null>;
  /** Ids of networks by name. */
  networks: ReadonlyMap<string, string>;
  /** Names of all containers of the host by id. */
  names: ReadonlyMap<string, string>;
}

export interface DeclaredStack {
  name: string;
  services: Readonly<Record<string, Declared>>;
  networks?: Readonly<Record<string, DeclaredResource | null>> | undefined;
  volumes?: Readonly<Record<string, DeclaredResource | null>> | undefined;
  secrets?: Readonly<Record<string, DeclaredFile>> | undefined;
  configs?: Readonly<Record<string, DeclaredFile>> | undefined;
}

/** A service as Compose prints it. */
export type Declared = Readonly<Record<string, unknown>>;

export interface DeclaredResource {
  name?: string | undefined;
  external?: boolean | undefined;
}

export interface DeclaredFile {
  name?: string | undefined;
  file?: string | undefined;
}

/** A container as the Engine describes it. */
export interface Inspected {
  Id: string;
  Name: string;
  Image: string;
  Created: string;
  State: {
    Status: string;
    Running: boolean;
    Paused: boolean;
    Restarting: boolean;
    ExitCode: number;
    FinishedAt: string;
  };
  Config: ImageConfig & {
    Hostname?: string;
    Domainname?: string;
    Image: string;
    Tty?: boolean;
    OpenStdin?: boolean;
    StopTimeout?: number;
  };
  HostConfig: Readonly<Record<string, unknown>>;
  Mounts: readonly InspectedMount[] | null;
  NetworkSettings: {
    Networks: Readonly<
      Record<
        string,
        {
          NetworkID: string;
          Aliases: readonly string[] | null;
          IPAMConfig?: unknown;
          DriverOpts?: unknown;
          Links?: unknown;
        } | null
      >
    > | null;
  };
}

export interface InspectedMount {
  Type: string;
  Name?: string;
  Source: string;
  Destination: string;
  RW: boolean;
}

/** What an image, or a container, says of the process. */
export interface ImageConfig {
  Env?: readonly string[] | null;
  Cmd?: readonly string[] | null;
  Entrypoint?: readonly string[] | null;
  Labels?: Readonly<Record<string, string>> | null;
  User?: string;
  WorkingDir?: string;
  StopSignal?: string;
  Volumes?: Readonly<Record<string, unknown>> | null;
  ExposedPorts?: Readonly<Record<string, unknown>> | null;
  Healthcheck?: InspectedHealthcheck | null;
}

export interface InspectedHealthcheck {
  Test?: readonly string[] | null;
  /** Nanoseconds, as all times here. */
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

export interface InspectedImage {
  Id: string;
  Config: ImageConfig | null;
  /** Names with digests under which registries have it. */
  RepoDigests?: readonly string[] | null;
}
