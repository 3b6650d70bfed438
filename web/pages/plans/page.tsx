import { Route, Switch } from 'wouter';
import { PlanList } from './list.tsx';
import { PlanPage } from './plan.tsx';

export default function Plans() {
  return (
    <Switch>
      <Route path="/plans/:id">{({ id }) => <PlanPage key={id} id={id} />}</Route>
      <Route component={PlanList} />
    </Switch>
  );
}
