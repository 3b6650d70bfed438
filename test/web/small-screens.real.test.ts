import { describeLooks } from './accessible.ts';

describeLooks({
  'on a phone': { viewport: { width: 390, height: 844 } },
  'at 320 px': { viewport: { width: 320, height: 640 } },
  'at twice the size': { viewport: { width: 640, height: 480 }, deviceScaleFactor: 2 },
});
