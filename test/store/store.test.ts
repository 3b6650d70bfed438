import { sqliteBackend } from './backend.ts';
import { describeStore } from './behaviour.ts';
import { describeAudit } from './behaviour/audit.ts';

describeStore('SQLite', sqliteBackend);
describeAudit('SQLite', sqliteBackend);
