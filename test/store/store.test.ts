import { sqliteBackend } from './backend.ts';
import { describeStore } from './behaviour.ts';

describeStore('SQLite', sqliteBackend);
