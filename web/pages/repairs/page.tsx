import { Route, Switch } from 'wouter';
import { RepairList } from './list.tsx';
import { RepairPage } from './repair.tsx';

export default function Repairs() {
  return (
    <Switch>
      <Route path="/repairs/:id">{({ id }) => <RepairPage key={id} id={id} />}</Route>
      <Route component={RepairList} />
    </Switch>
  );
}
