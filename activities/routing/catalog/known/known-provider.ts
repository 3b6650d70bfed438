import type { ProviderKind, ProviderQuirks, ProviderTag } from '../../../../contracts/provider.ts';
import type { Capability } from '../../../../contracts/routing.ts';

/** A provider that needs no entry in the operator's file: one of its keys' variables is enough. */
export interface KnownProvider {
  id: string;
  /** OpenAI's by default. */
  kind?: ProviderKind;
  /** `{NAME}` stands for the variable of that name. Undefined for local servers: the operator says where they are. */
  base_url?: string;
  /** Variables of its key, the usual one first. Empty: it needs none. */
  keys: readonly string[];
  /** False: it has no list of its models. */
  lists?: false;
  /** It chooses among providers itself, so its models answer only by name if there is anything else. */
  router?: true;
  /** Much faster than usual, which is a first guess about its speed. */
  fast?: true;
  /** What its models can, where no list and no data says it. */
  can?: readonly Capability[];
  tags?: readonly ProviderTag[];
  quirks?: Partial<ProviderQuirks>;
}
