import { Suspense, useEffect } from 'react';
import { Route, Switch } from 'wouter';
import { followLog } from '../live/live.ts';
import {
  changedBy,
  followVisibility,
  markAllChanged,
  markChanged,
  queryClient,
} from '../live/queries.ts';
import { useSession } from '../live/session.ts';
import { Announcer } from '../parts/announce.tsx';
import { Skeleton } from '../parts/page.tsx';
import { Boundary } from './boundary.tsx';
import { Frame } from './frame.tsx';
import { NotFound } from './not-found.tsx';
import { pages } from './pages.ts';
import { SignIn, SignInAgain } from './sign-in.tsx';

followVisibility();

/** The whole page: signed in, or the form that signs in. A session that ends leaves the page as it was, under the form. */
export function App() {
  const session = useSession();
  const inside = session.phase === 'signed_in' || session.phase === 'ended';
  useEffect(() => {
    if (session.phase === 'signed_out') queryClient.clear();
  }, [session.phase]);
  return (
    <>
      {session.phase === 'signed_out' && <SignIn />}
      {inside && <Inside live={session.phase === 'signed_in'} />}
      {session.phase === 'ended' && <SignInAgain because={session.because} />}
      <Announcer />
    </>
  );
}

function Inside({ live }: { live: boolean }) {
  useEffect(() => {
    if (!live) return undefined;
    return followLog(
      (events) => markChanged(new Set(events.flatMap((event) => changedBy(event)))),
      markAllChanged,
    );
  }, [live]);
  return (
    <Frame>
      <Boundary>
        <Suspense fallback={<Skeleton rows={8} />}>
          <Switch>
            {pages.map(({ path, page }) => (
              <Route key={path} path={path} component={page} />
            ))}
            <Route component={NotFound} />
          </Switch>
        </Suspense>
      </Boundary>
    </Frame>
  );
}
