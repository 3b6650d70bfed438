import { eachOf, listOf, mapOf, setOnly, textOf, type Aspect, type Leaves } from './aspect.ts';
import { nanosecondsOf } from './duration.ts';

const yes = (value: unknown): string => (value === true ? 'true' : '');
const texts = (value: unknown): string[] => listOf(value).map(textOf);
const host = (entry: string): string => entry.replace('=', ':');

/** Settings that have no kind of their own. Those that the Engine makes up where the file is silent count if it is not. */
export const rest: Aspect = {
  compares: [
    'domainname',
    'stop_signal',
    'stop_grace_period',
    'tty',
    'stdin_open',
    'init',
    'cgroup_parent',
    'image',
    ...['dns', 'dns_search', 'dns_opt', 'extra_hosts'].map((key) => `${key}[]`),
    'sysctls.**',
    'ulimits.*',
    'ulimits.*.soft',
    'ulimits.*.hard',
  ],
  follows: [
    'container_name',
    'hostname',
    'shm_size',
    'oom_score_adj',
    'runtime',
    'logging.driver',
    'logging.options.**',
  ],
  expected({ declared, image }) {
    const grace = nanosecondsOf(textOf(declared['stop_grace_period']));
    const logging = mapOf(declared['logging']);
    return {
      ...setOnly({
        container_name: textOf(declared['container_name']),
        hostname: textOf(declared['hostname']),
        domainname: textOf(declared['domainname']),
        stop_signal: textOf(declared['stop_signal']) || (image.StopSignal ?? ''),
        stop_grace_period: grace > 0 ? `${Math.floor(grace / 1e9)} s` : '',
        tty: yes(declared['tty']),
        stdin_open: yes(declared['stdin_open']),
        init: yes(declared['init']),
        shm_size: textOf(declared['shm_size']),
        cgroup_parent: textOf(declared['cgroup_parent']),
        oom_score_adj: textOf(declared['oom_score_adj']),
        runtime: textOf(declared['runtime']),
        'logging.driver': textOf(logging['driver']),
      }),
      ...Object.fromEntries(
        Object.entries(mapOf(logging['options'])).map(([key, value]) => [
          `logging.options.${key}`,
          textOf(value),
        ]),
      ),
      ...ordered('dns', texts([declared['dns'] ?? []].flat())),
      ...ordered('dns_search', texts([declared['dns_search'] ?? []].flat())),
      ...ordered('dns_opt', texts(declared['dns_opt'])),
      ...eachOf('extra_hosts', texts(declared['extra_hosts']).map(host)),
      ...Object.fromEntries(
        Object.entries(mapOf(declared['sysctls'])).map(([key, value]) => [
          `sysctls.${key}`,
          textOf(value),
        ]),
      ),
      ...declaredUlimits(mapOf(declared['ulimits'])),
    };
  },
  actual(pair) {
    const { declared, container } = pair;
    const { Config: config, HostConfig: own } = container;
    const wanted = rest.expected(pair);
    const log = mapOf(own['LogConfig']);
    const ifWanted = (key: string, value: string): string => (key in wanted ? value : '');
    const grace = config.StopTimeout;
    return {
      ...setOnly({
        container_name: ifWanted('container_name', container.Name.replace(/^\//, '')),
        hostname: ifWanted('hostname', config.Hostname ?? ''),
        domainname: config.Domainname ?? '',
        stop_signal: config.StopSignal ?? '',
        stop_grace_period: grace === undefined ? '' : `${grace} s`,
        tty: yes(config.Tty),
        stdin_open: yes(config.OpenStdin),
        init: yes(own['Init']),
        shm_size: ifWanted('shm_size', textOf(own['ShmSize'])),
        cgroup_parent: textOf(own['CgroupParent']),
        oom_score_adj: ifWanted('oom_score_adj', textOf(own['OomScoreAdj'])),
        runtime: ifWanted('runtime', textOf(own['Runtime'])),
        'logging.driver': ifWanted('logging.driver', textOf(log['Type'])),
      }),
      ...('logging' in declared
        ? Object.fromEntries(
            Object.entries(mapOf(log['Config'])).map(([key, value]) => [
              `logging.options.${key}`,
              textOf(value),
            ]),
          )
        : {}),
      ...ordered('dns', texts(own['Dns'])),
      ...ordered('dns_search', texts(own['DnsSearch'])),
      ...ordered('dns_opt', texts(own['DnsOptions'])),
      ...eachOf('extra_hosts', texts(own['ExtraHosts']).map(host)),
      ...Object.fromEntries(
        Object.entries(mapOf(own['Sysctls'])).map(([key, value]) => [
          `sysctls.${key}`,
          textOf(value),
        ]),
      ),
      ...actualUlimits(listOf(own['Ulimits']).map(mapOf)),
    };
  },
};

const ordered = (key: string, list: readonly string[]): Leaves =>
  list.length === 0 ? {} : { [key]: JSON.stringify(list) };

/** One number is both. Compose prints no zeros. */
const declaredUlimits = (ulimits: Readonly<Record<string, unknown>>): Leaves =>
  Object.fromEntries(
    Object.entries(ulimits).map(([name, value]) => {
      const both = textOf(value) || '0';
      const { soft = both, hard = both } = mapOf(value);
      return [`ulimits.${name}`, `${textOf(soft)}:${textOf(hard)}`];
    }),
  );

const actualUlimits = (ulimits: readonly Readonly<Record<string, unknown>>[]): Leaves =>
  Object.fromEntries(
    ulimits.map(({ Name, Soft, Hard }) => [
      `ulimits.${textOf(Name)}`,
      `${textOf(Soft)}:${textOf(Hard)}`,
    ]),
  );
