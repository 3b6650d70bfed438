import {
  bindFileStale,
  bindSourceBecameDir,
  bindSourceMissing,
} from './containers/bind-sources.ts';
import { bindContentChanged, configContent, secretContent } from './containers/contents.ts';
import { definitionRespelled } from './containers/definition-respelled.ts';
import { filesDiffer } from './containers/files-differ.ts';
import { imageGone } from './containers/image-gone.ts';
import { imageMoved } from './containers/image-moved.ts';
import { imageReference } from './containers/image-reference.ts';
import { imageUpdate, imageVulnerable } from './containers/image-registry.ts';
import { networkGone } from './containers/network-gone.ts';
import { replicaExtra, replicaMissing } from './containers/replicas.ts';
import { restartPolicy } from './containers/restart-policy.ts';
import { rootfsChanged } from './containers/rootfs-changed.ts';
import { serviceMissing } from './containers/service-missing.ts';
import { aliasLost } from './fields/alias-lost.ts';
import { commandChanged } from './fields/command-changed.ts';
import { definitionChanged } from './fields/definition-changed.ts';
import { envChanged } from './fields/env-changed.ts';
import { healthcheckChanged } from './fields/healthcheck-changed.ts';
import { labelsChanged } from './fields/labels-changed.ts';
import { limitsChanged } from './fields/limits-changed.ts';
import { mountsChanged } from './fields/mounts-changed.ts';
import { namespaceParentGone } from './fields/namespace-parent-gone.ts';
import { networkExtra, networkMissing } from './fields/network-missing.ts';
import { portExposed } from './fields/port-exposed.ts';
import { portsChanged } from './fields/ports-changed.ts';
import { privilegeGained } from './fields/privilege-gained.ts';
import { userChanged } from './fields/user-changed.ts';
import type { Kind } from './finding.ts';
import { hostChanged, overrideAppeared, overrideGone, policyChanged } from './stack/changes.ts';
import { clockOrZone } from './stack/clock-or-zone.ts';
import { filePermission } from './stack/file-permission.ts';
import { networkDefinition } from './stack/network-definition.ts';
import {
  anonymousDangling,
  orphanContainer,
  orphanNetwork,
  orphanVolume,
  rogueTwin,
  runLeftover,
} from './stack/orphans.ts';
import { unreadable } from './stack/unreadable.ts';
import { variableUnset } from './stack/variable-unset.ts';
import { volumeDefinition, volumeForeign } from './stack/volume-definition.ts';

/** Every kind of difference that is looked for. */
export const kinds: readonly Kind[] = [
  serviceMissing,
  replicaMissing,
  replicaExtra,
  restartPolicy,
  rootfsChanged,
  imageMoved,
  imageGone,
  imageReference,
  imageUpdate,
  imageVulnerable,
  envChanged,
  commandChanged,
  userChanged,
  labelsChanged,
  mountsChanged,
  limitsChanged,
  portsChanged,
  portExposed,
  privilegeGained,
  healthcheckChanged,
  networkMissing,
  networkExtra,
  aliasLost,
  networkGone,
  namespaceParentGone,
  definitionChanged,
  definitionRespelled,
  filesDiffer,
  bindSourceMissing,
  bindSourceBecameDir,
  bindFileStale,
  bindContentChanged,
  secretContent,
  configContent,
  orphanContainer,
  runLeftover,
  rogueTwin,
  orphanNetwork,
  orphanVolume,
  anonymousDangling,
  networkDefinition,
  volumeDefinition,
  volumeForeign,
  variableUnset,
  filePermission,
  clockOrZone,
  hostChanged,
  policyChanged,
  overrideAppeared,
  overrideGone,
  unreadable,
];
