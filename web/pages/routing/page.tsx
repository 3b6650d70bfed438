import { Route, Switch } from 'wouter';
import { DecisionPage } from './decision.tsx';
import { Overview } from './overview.tsx';

export default function Routing() {
  return (
    <Switch>
      <Route path="/routing/:id">{({ id }) => <DecisionPage key={id} id={id} />}</Route>
      <Route component={Overview} />
    </Switch>
  );
}
