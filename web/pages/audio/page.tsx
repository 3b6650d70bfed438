import { Route, Switch } from 'wouter';
import { AudioJobPage } from './job/job.tsx';
import { AudioList } from './list.tsx';

export default function Audio() {
  return (
    <Switch>
      <Route path="/audio/:id">{({ id }) => <AudioJobPage key={id} id={id} />}</Route>
      <Route component={AudioList} />
    </Switch>
  );
}
