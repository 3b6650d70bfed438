import type { DriftKind } from '../../../contracts/drift.ts';
import { adoptLabel, adoptLimit, adoptProcess, adoptVariable } from './adopt-settings.ts';
import type { KindRule } from './ground.ts';
import { removeContainer, removeNetwork, tighten } from './leftovers.ts';
import { removePolicy, restoreLimit } from './limits.ts';
import { connect, disconnect } from './networks.ts';
import { recreate, recreateUsers, restart, retag } from './recreate.ts';

const byHand = 'this is written into the file by hand: a patch would have to guess its form';
const closed = 'what widens the rights or the reach of a service is not taken from a container';
const nothingLive = 'there is nothing live that a file could say';
const data = 'its data would be lost: save it, then remove the volume by hand';

const made = (adopt: KindRule['adopt']): KindRule => ({ restore: recreate, adopt });
const never = (because: string): KindRule => ({ restore: because, adopt: because });

/** What a patch does about each kind of drift, without a model. */
export const rules: Readonly<Record<DriftKind, KindRule>> = {
  service_missing: never('the window that holds it brings it back, or reports why it cannot'),
  replica_missing: never('the window that holds it brings it back, or reports why it cannot'),
  replica_extra: never('it is left until its window ends'),
  orphan_container: { restore: removeContainer, adopt: nothingLive },
  run_leftover: { restore: removeContainer, adopt: nothingLive },
  rogue_twin: never('it belongs to somebody else; look at it'),
  definition_changed: made(byHand),
  definition_respelled: never('nothing has to be done: the file says the same'),
  override_appeared: never('a file was added; the services that are older say so themselves'),
  override_gone: never('a file is gone; the services that are older say so themselves'),
  files_differ: made('name all files in VX11_COMPOSE_FILE, if they all belong to the stack'),
  variable_unset: never('only you know its value: set it in .env'),
  image_moved: made(retag),
  image_gone: never('pull or build it: docker compose pull, or docker compose build'),
  image_update: never('pull it when you want it: docker compose pull; the next opening uses it'),
  image_vulnerable: never('pull or build an image that has the mended package'),
  env_changed: made(adoptVariable),
  command_changed: made(adoptProcess),
  user_changed: made(adoptProcess),
  labels_changed: made(adoptLabel),
  mounts_changed: made(closed),
  bind_source_missing: never('nobody here knows its content: bring it back'),
  bind_source_became_dir: never('remove the empty folder and bring the file back'),
  bind_file_stale: { restore: restart, adopt: nothingLive },
  bind_content_changed: { restore: restart, adopt: nothingLive },
  secret_content: { restore: restart, adopt: nothingLive },
  config_content: { restore: restart, adopt: nothingLive },
  network_missing: { restore: connect, adopt: byHand },
  network_extra: { restore: disconnect, adopt: byHand },
  alias_lost: { restore: connect, adopt: byHand },
  network_definition: { restore: recreateUsers, adopt: byHand },
  network_gone: made(nothingLive),
  namespace_parent_gone: made(nothingLive),
  volume_definition: never(data),
  volume_foreign: never('name it as external in the file, if it is meant'),
  orphan_volume: never(data),
  anonymous_dangling: never(data),
  orphan_network: { restore: removeNetwork, adopt: nothingLive },
  limits_changed: { restore: restoreLimit, adopt: adoptLimit },
  restart_policy: { restore: removePolicy, adopt: closed },
  ports_changed: made(closed),
  port_exposed: made(closed),
  privilege_gained: made(closed),
  healthcheck_changed: made(closed),
  rootfs_changed: never('look at the files first; making the container again would lose them'),
  file_permission: { restore: tighten, adopt: nothingLive },
  clock_or_zone: never('set the clock of the host, or the TZ of the service, by hand'),
  host_changed: never('it is the new state of the host; vx11 doctor looks at what depends on it'),
  policy_changed: never(
    'if it was not meant, put x-vx11 back by hand; in a day it is what is usual',
  ),
  unreadable: never('correct the file: docker compose config says where; or try: vx11 repair'),
};
