import { Route, Switch } from 'wouter';
import { RunList } from './list.tsx';
import { RunPage } from './run.tsx';

export default function Checks() {
  return (
    <Switch>
      <Route path="/checks/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
      <Route component={RunList} />
    </Switch>
  );
}
