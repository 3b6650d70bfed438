/**
 * Makes what the published images contain beside sources and packages: the bundle of workflows, and the bill of materials.
 * Its base's packages are in the attestation that buildx adds.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { workflowBundle } from '../../../workers/temporal/workflow-bundle.ts';
import { packagesSbom } from '../sbom/packages.ts';

const repository = join(import.meta.dirname, '../../..');
await workflowBundle(join(repository, 'prepared'), pino({ level: 'warn' }));
const sbom = await packagesSbom(repository);
writeFileSync(join(repository, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 1)}\n`);
