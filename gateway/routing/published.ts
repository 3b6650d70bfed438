import type { OpenaiModel } from '../../contracts/openai.ts';
import type { ProvidersView } from '../../contracts/switch.ts';
import { isoTime } from '../../platform/time.ts';
import type { StoreSource } from '../reads/store-source.ts';

/** What switch published last. */
export interface Published {
  /** At most a second old; what was known before while the store is away. Never asks switch or a provider. */
  read(): Promise<ProvidersView>;
}

const ageMs = 1000;
const nothing: ProvidersView = { at: null, providers: [], notes: [] };

/** @param clock epoch ms */
export function createPublished(store: StoreSource, clock: () => number): Published {
  let known = nothing;
  let readAt = -Infinity;
  return {
    async read() {
      if (clock() - readAt < ageMs) return known;
      try {
        const row = await store().routing.state.read('providers');
        known =
          row === null
            ? nothing
            : { at: isoTime(row.at), ...(row.value as Omit<ProvidersView, 'at'>) };
        readAt = clock();
      } catch (error) {
        if (known === nothing) throw error;
      }
      return known;
    },
  };
}

/** The list of `GET /v1/models`: `auto` first, then every target by name, those that sleep too. */
export const modelList = ({ providers }: ProvidersView): OpenaiModel[] => [
  ...['auto', 'auto:eco', 'auto:balanced', 'auto:high-perf', 'auto:critical'].map((id) =>
    modelOf(id, 'vx11'),
  ),
  ...providers
    .flatMap(({ id, models }) => models.map((model) => modelOf(model.id, id)))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1)),
];

const modelOf = (id: string, owned_by: string): OpenaiModel => ({
  id,
  object: 'model',
  created: 0,
  owned_by,
});
