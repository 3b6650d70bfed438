import { eachOf, listOf, mapOf, setOnly, textOf, type Aspect, type Pair } from './aspect.ts';
import { sharedText } from './networks.ts';

const capability = (name: string): string => name.toUpperCase().replace(/^CAP_/, '');
const profile = 'seccomp=(a profile)';
/** A profile of seccomp is its content at the Engine. */
const option = (text: string): string =>
  text.replace(':', '=').replace(/^seccomp=(?!unconfined$).+$/s, profile);
const texts = (value: unknown): string[] => listOf(value).map(textOf);
const yes = (value: unknown): string => (value === true ? 'true' : '');

/** Namespaces that may be the host's; the Engine has its own word where the file is silent. */
const namespaces = { pid: 'PidMode', ipc: 'IpcMode', userns_mode: 'UsernsMode', uts: 'UTSMode' };

/** What lets a container out of its confinement. */
export const privilege: Aspect = {
  compares: [
    'privileged',
    'read_only',
    ...['cap_add', 'cap_drop', 'security_opt', 'device_cgroup_rules', 'group_add'].map(
      (key) => `${key}[]`,
    ),
    ...['source', 'target', 'permissions'].map((key) => `devices[].${key}`),
    ...Object.keys(namespaces).filter((key) => key !== 'ipc'),
  ],
  follows: ['ipc', 'cgroup'],
  overlooks: ({ value }) => option(textOf(value)) === profile,
  expected: ({ declared }) => ({
    ...setOnly({ privileged: yes(declared['privileged']), read_only: yes(declared['read_only']) }),
    ...setOnly(
      Object.fromEntries(Object.keys(namespaces).map((key) => [key, textOf(declared[key])])),
    ),
    ...setOnly({ cgroup: textOf(declared['cgroup']) }),
    ...eachOf('cap_add', texts(declared['cap_add']).map(capability)),
    ...eachOf('cap_drop', texts(declared['cap_drop']).map(capability)),
    ...eachOf('security_opt', texts(declared['security_opt']).map(option)),
    ...eachOf('group_add', texts(declared['group_add'])),
    ...eachOf('device_cgroup_rules', texts(declared['device_cgroup_rules'])),
    ...eachOf(
      'devices',
      listOf(declared['devices'])
        .map(mapOf)
        .map((one) =>
          [one['source'], one['target'] ?? one['source'], one['permissions'] ?? 'rwm']
            .map(textOf)
            .join(':'),
        ),
    ),
  }),
  actual(pair) {
    const { HostConfig: host } = pair.container;
    const isLoose =
      host['Privileged'] === true || host['PidMode'] === 'host' || host['IpcMode'] === 'host';
    const wanted = new Set(texts(pair.declared['security_opt']).map(option));
    const options = texts(host['SecurityOpt'])
      .map(option)
      // the Engine adds it to containers that are confined in no way
      .filter((one) => one !== 'label=disable' || wanted.has(one) || !isLoose);
    return {
      ...setOnly({ privileged: yes(host['Privileged']), read_only: yes(host['ReadonlyRootfs']) }),
      ...setOnly(namespacesOf(pair)),
      // the Engine has its own where the file is silent
      ...setOnly({
        cgroup: 'cgroup' in pair.declared ? textOf(host['CgroupnsMode']) : '',
      }),
      ...eachOf('cap_add', texts(host['CapAdd']).map(capability)),
      ...eachOf('cap_drop', texts(host['CapDrop']).map(capability)),
      ...eachOf('security_opt', options),
      ...eachOf('group_add', texts(host['GroupAdd'])),
      ...eachOf('device_cgroup_rules', texts(host['DeviceCgroupRules'])),
      ...eachOf(
        'devices',
        listOf(host['Devices'])
          .map(mapOf)
          .map((one) =>
            ['PathOnHost', 'PathInContainer', 'CgroupPermissions']
              .map((key) => textOf(one[key]))
              .join(':'),
          ),
      ),
    };
  },
};

/** `private` and `shareable` are the Engine's own where the file says nothing. */
function namespacesOf({ declared, container, sharedWith }: Pair): Record<string, string> {
  return Object.fromEntries(
    Object.entries(namespaces).map(([key, name]) => {
      const mode = sharedText(textOf(container.HostConfig[name]), sharedWith);
      const isDefault = mode === 'private' || mode === 'shareable';
      return [key, isDefault && textOf(declared[key]) === '' ? '' : mode];
    }),
  );
}
