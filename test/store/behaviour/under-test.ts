import type { Store } from '../../../store/index.ts';
import type { Backend } from '../backend.ts';

export interface StoreUnderTest {
  kind: string;
  backend: Backend;
  store: Store;
  /** The same database, as another process sees it. */
  other: Store;
}
