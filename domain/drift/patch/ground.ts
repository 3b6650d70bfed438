import type { JudgedFinding } from '../../../contracts/drift.ts';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import type { SourceFile } from '../../patches/edit.ts';
import type { YamlSource } from '../../patches/yaml-document.ts';
import type { Declared, Inspected, Readout } from '../readout.ts';

/** What a rule knows beside the finding. It has values of variables, so it stays in memory. */
export interface Ground {
  finding: JudgedFinding;
  readout: Readout;
  /** The service's containers; all of the project for a finding of the stack. */
  containers: readonly Inspected[];
  declared: Declared;
  /** The compose files, in the order in which Compose merges them. */
  sources: readonly YamlSource[];
  /** The files of variables. */
  values: readonly SourceFile[];
  /** The folder of the stack. */
  folder: string;
}

/** The operations for a finding, or why there are none. */
export type Drafted = readonly PatchOperation[] | { because: string };

export type Rule = ((ground: Ground) => Drafted) | string;

/** How a kind of finding is set right, in each direction; a text says why it cannot be. */
export interface KindRule {
  /** The live thing becomes as declared. */
  restore: Rule;
  /** The file becomes as the live thing is. */
  adopt: Rule;
}

export const serviceOf = ({ finding }: Ground): string => finding.service ?? '';

/** The finding's path below its service, such as `environment.MODE`. */
export const belowService = ({ finding: { service, path } }: Ground): string =>
  path.slice(`services.${service}.`.length);

/** The finding's path without its first part. */
export const nameIn = (path: string): string => path.slice(path.indexOf('.') + 1);
