import { sqliteBackend, sqliteWithoutInee } from './backend.ts';
import { describeStore } from './behaviour.ts';
import { describeAudit, describeBrokenLog, describeLogEnd } from './behaviour/audit.ts';
import { describeInee } from './behaviour/inee.ts';
import { describeIndexes } from './behaviour/indexes.ts';
import { describeRetention } from './behaviour/retention.ts';

// the store on Postgres has the tables of INEE
describeStore('SQLite', sqliteWithoutInee);
describeAudit('SQLite', sqliteBackend);
describeBrokenLog('SQLite', sqliteBackend);
describeLogEnd('SQLite', sqliteBackend);
describeRetention('SQLite', sqliteBackend);
describeInee('SQLite', sqliteBackend);
describeIndexes('SQLite', sqliteBackend);
