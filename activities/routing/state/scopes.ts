import type { Capability } from '../../../contracts/routing.ts';
import type { CatalogModel } from '../catalog/catalog.ts';

type Model = Pick<CatalogModel, 'provider' | 'model' | 'target'>;

/** Names of what a cooldown or a breaker belongs to; a target without a key counts as one with an empty name. */
export const keyScope = (provider: string, key: string | null): string =>
  `key:${provider}:${key ?? ''}`;
export const keyModelScope = ({ provider, model }: Model, key: string | null): string =>
  `key_model:${provider}:${key ?? ''}:${model}`;
export const modelScope = ({ target }: Model): string => `model:${target.id}`;
export const lackScope = ({ target }: Model, what: Capability): string =>
  `capability:${what}:${target.id}`;
export const breakerScope = ({ target }: Model): string => `breaker:${target.id}`;
export const contextScope = ({ target }: Model): string => `context:${target.id}`;
