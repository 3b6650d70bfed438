import { Route, Switch } from 'wouter';
import { IncidentPage } from './incident.tsx';
import { Incidents } from './list.tsx';

export default function Page() {
  return (
    <Switch>
      <Route path="/incidents/:id">{({ id }) => <IncidentPage key={id} id={id} />}</Route>
      <Route component={Incidents} />
    </Switch>
  );
}
