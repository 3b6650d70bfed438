import { sqliteBackend } from './backend.ts';
import { describeStore } from './behaviour.ts';
import { describeAudit, describeBrokenLog, describeLogEnd } from './behaviour/audit.ts';
import { describeIndexes } from './behaviour/indexes.ts';
import { describeRetention } from './behaviour/retention.ts';

describeStore('SQLite', sqliteBackend);
describeAudit('SQLite', sqliteBackend);
describeBrokenLog('SQLite', sqliteBackend);
describeLogEnd('SQLite', sqliteBackend);
describeRetention('SQLite', sqliteBackend);
describeIndexes('SQLite', sqliteBackend);
