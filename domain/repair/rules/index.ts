import type { Capture } from '../capture.ts';
import type { Finding, Rule } from '../finding.ts';
import { containerNameTaken } from './compose/container-name-taken.ts';
import { externalAbsent } from './compose/external-absent.ts';
import { nameTypo } from './compose/name-typo.ts';
import { pidsLimit } from './compose/pids-limit.ts';
import { refusedValue } from './compose/refused-value.ts';
import { unescapedDollar } from './compose/unescaped-dollar.ts';
import { unknownKey } from './compose/unknown-key.ts';
import { yamlScalar } from './compose/yaml-scalar.ts';
import { external } from './external.ts';
import { crlfScript } from './files/crlf-script.ts';
import { execBit } from './files/exec-bit.ts';
import { interpreterMissing } from './files/interpreter-missing.ts';
import { mountPermission } from './files/mount-permission.ts';
import { readOnlyRoot } from './files/read-only-root.ts';
import { wrongMountTarget } from './files/wrong-mount-target.ts';
import { dependencyOrder } from './lifecycle/dependency-order.ts';
import { healthProgramMissing } from './lifecycle/health-program-missing.ts';
import { imageTagMissing } from './lifecycle/image-tag-missing.ts';
import { memoryLimit } from './lifecycle/memory-limit.ts';
import { startPeriod } from './lifecycle/start-period.ts';
import { bindsLoopback } from './network/binds-loopback.ts';
import { localhostPeer } from './network/localhost-peer.ts';
import { noCommonNetwork } from './network/no-common-network.ts';
import { portConflict } from './network/port-conflict.ts';
import { wrongPort } from './network/wrong-port.ts';
import { commandMissing } from './programs/command-missing.ts';
import { configSyntax } from './programs/config-syntax.ts';
import { dependencyMissing } from './programs/dependency-missing.ts';
import { importMissing } from './programs/import-missing.ts';
import { misspeltName } from './programs/misspelt-name.ts';
import { movedFile } from './programs/moved-file.ts';
import { programSyntax } from './programs/program-syntax.ts';
import { shellDialect } from './programs/shell-dialect.ts';
import { signalNotPassed } from './programs/signal-not-passed.ts';
import { wrongPath } from './programs/wrong-path.ts';
import { badFlag } from './settings/bad-flag.ts';
import { envMissing } from './settings/env-missing.ts';

/** Every rule, in the order of the classes in `faultClasses`. */
export const rules: readonly Rule[] = [
  wrongPort,
  envMissing,
  healthProgramMissing,
  noCommonNetwork,
  wrongMountTarget,
  imageTagMissing,
  memoryLimit,
  dependencyOrder,
  badFlag,
  portConflict,
  mountPermission,
  crlfScript,
  interpreterMissing,
  execBit,
  startPeriod,
  bindsLoopback,
  localhostPeer,
  readOnlyRoot,
  yamlScalar,
  unescapedDollar,
  unknownKey,
  refusedValue,
  dependencyMissing,
  wrongPath,
  nameTypo,
  containerNameTaken,
  externalAbsent,
  pidsLimit,
  signalNotPassed,
  configSyntax,
  commandMissing,
  movedFile,
  programSyntax,
  misspeltName,
  importMissing,
  shellDialect,
  external,
];

/** What every rule finds in a capture. */
export const findByRules = (capture: Capture): Finding[] => rules.flatMap((rule) => rule(capture));
