/** The keys that Compose knows, by where they stand; from the schema of the compose specification. */
const root = 'name version include services networks volumes configs secrets models';
const service =
  'annotations attach build blkio_config cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes volumes_from working_dir';
const below: readonly (readonly [RegExp, string])[] = [
  [/^$/, root],
  [/^services\.[^.]+$/, service],
  [
    /^services\.[^.]+\.healthcheck$/,
    'disable interval retries start_interval start_period test timeout',
  ],
  [
    /^services\.[^.]+\.build$/,
    'additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements extra_hosts isolation labels network no_cache platforms privileged provenance pull sbom secrets shm_size ssh tags target ulimits',
  ],
  [
    /^services\.[^.]+\.deploy$/,
    'endpoint_mode labels mode placement replicas resources restart_policy rollback_config update_config',
  ],
  [/^services\.[^.]+\.deploy\.resources$/, 'limits reservations'],
  [/^services\.[^.]+\.deploy\.resources\.limits$/, 'cpus memory pids'],
  [/^services\.[^.]+\.deploy\.resources\.reservations$/, 'cpus devices generic_resources memory'],
  [/^services\.[^.]+\.deploy\.restart_policy$/, 'condition delay max_attempts window'],
  [/^services\.[^.]+\.depends_on\.[^.]+$/, 'condition required restart'],
  [/^services\.[^.]+\.logging$/, 'driver options'],
  [
    /^services\.[^.]+\.networks\.[^.]+$/,
    'aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority',
  ],
  [/^services\.[^.]+\.ports\.\d+$/, 'app_protocol host_ip mode name protocol published target'],
  [
    /^services\.[^.]+\.volumes\.\d+$/,
    'bind consistency image read_only source target tmpfs type volume',
  ],
  [/^services\.[^.]+\.(?:configs|secrets)\.\d+$/, 'gid mode source target uid'],
  [/^services\.[^.]+\.env_file\.\d+$/, 'format path required'],
  [/^services\.[^.]+\.ulimits\.[^.]+$/, 'hard soft'],
  [/^services\.[^.]+\.extends$/, 'file service'],
  [
    /^networks\.[^.]+$/,
    'attachable driver driver_opts enable_ipv4 enable_ipv6 external internal ipam labels name',
  ],
  [/^networks\.[^.]+\.ipam$/, 'config driver options'],
  [/^volumes\.[^.]+$/, 'driver driver_opts external labels name'],
  [/^configs\.[^.]+$/, 'content environment external file labels name template_driver'],
  [/^secrets\.[^.]+$/, 'driver driver_opts environment external file labels name template_driver'],
];

/** The keys of a place of a compose file, such as `services.web`; none if it is not known. */
export const keysAt = (place: string): string[] =>
  below.find(([where]) => where.test(place))?.[1].split(' ') ?? [];
